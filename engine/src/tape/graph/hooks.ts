/** The hooks of a node, and their registration. */
import type { Tensor } from "../../tensor/tensor.ts";

/** A function of a gradient; a returned tensor replaces the gradient. */
export type GradHook = (grad: Tensor) => Tensor | undefined | void;

/** Gradients by position; `null` for a position that received none. */
export type Gradients = readonly (Tensor | null)[];

/** A function of the gradients of a node's outputs, called before the gradient rule; a returned list replaces them. */
export type NodePrehook = (gradOutputs: Gradients) => Gradients | undefined | void;

/** A function of the gradients that a node's rule computed, and of those of its outputs; a returned list replaces the former. */
export type NodeHook = (gradInputs: Gradients, gradOutputs: Gradients) => Gradients | undefined | void;

/** The handle of a registration. */
export interface HookHandle {
  /** Removes what was registered. A second call does nothing. */
  remove(): void;
}

/** The hooks of one node, and the metadata that the program attaches to it. */
export class NodeHooks {
  readonly metadata: Record<string, unknown> = {};
  /** Hooks on the gradient of each output. */
  readonly tensor: GradHook[][] = [];
  /** Tensors that retain their gradient, by the index of the output. */
  readonly retained: Map<number, Tensor> = new Map();
  /** Hooks called before the gradient rule. */
  readonly pre: NodePrehook[] = [];
  /** Hooks called after the gradient rule. */
  readonly post: NodeHook[] = [];
  /** Hooks of a leaf, called after its gradient was accumulated. */
  readonly accumulated: ((leaf: Tensor) => void)[] = [];
}

/** Adds a hook at the end of the list, or at its beginning with `prepend`. */
export function addHook<H>(list: H[], hook: H, prepend = false): HookHandle {
  if (prepend) list.unshift(hook);
  else list.push(hook);
  let registered = true;
  return {
    remove(): void {
      const at = registered ? list.indexOf(hook) : -1;
      registered = false;
      if (at >= 0) list.splice(at, 1);
    },
  };
}
