/** Module hooks: before and after forward, and on the gradients of a module's outputs and inputs. */
import { replaceAll } from "../../tape/backward/hooks.ts";
import { addHook, type Gradients, type HookHandle } from "../../tape/graph/hooks.ts";
import { isGradEnabled } from "../../tape/graph/mode.ts";
import { GradError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { recordBatchedCustomOp, requiresGradient } from "../../transforms/batched-custom-op.ts";
import type { Module } from "./module.ts";

/** A hook called before forward. A returned list, or single value, replaces the arguments. */
export type ForwardPreHook = (module: Module, inputs: readonly unknown[]) => unknown;

/** A hook called after forward. A returned value replaces the output. */
export type ForwardHook = (module: Module, inputs: readonly unknown[], output: unknown) => unknown;

/** A hook called with the gradients of the outputs, before the module's own backward. A returned list replaces them. */
export type BackwardPreHook = (module: Module, gradOutput: Gradients) => Gradients | undefined | void;

/** A hook called with the gradients of inputs and outputs, after the module's own backward. A returned list replaces those of the inputs. */
export type BackwardHook = (
  module: Module,
  gradInput: Gradients,
  gradOutput: Gradients,
) => Gradients | undefined | void;

/** Options of hooks on forward and backward. */
export interface ForwardHookOptions {
  /** Whether the hook runs before those registered earlier. */
  readonly prepend?: boolean;
}

interface ForwardHookEntry {
  readonly hook: ForwardHook;
  /** Whether the hook also runs when forward throws. */
  readonly always: boolean;
}

/** The hooks registered on one module, or on all modules. */
export class ModuleHooks {
  readonly pre: ForwardPreHook[] = [];
  readonly post: ForwardHookEntry[] = [];
  readonly backwardPre: BackwardPreHook[] = [];
  readonly backward: BackwardHook[] = [];

  get isEmpty(): boolean {
    return this.pre.length + this.post.length + this.backwardPre.length + this.backward.length === 0;
  }
}

/** Hooks on every module. */
const globalHooks = new ModuleHooks();

/** Returns whether a hook on every module is registered. */
export const hasGlobalHooks = (): boolean => !globalHooks.isEmpty;

/**
 * Registers a hook that runs before forward of every module, before the module's own hooks. A list that it returns replaces the arguments.
 * @example
 * const names: string[] = [];
 * const handle = nn.registerModuleForwardPreHook((module) => void names.push(module.constructor.name));
 * new nn.Linear(2, 1).forward(zeros([2]));
 * handle.remove();
 * names; // ["Linear"]
 */
export const registerModuleForwardPreHook = (hook: ForwardPreHook): HookHandle => addHook(globalHooks.pre, hook);

/**
 * Registers a hook that runs after forward of every module, before the module's own hooks. A value that it returns replaces the output. With `alwaysCall`
 * (false by default) the hook also runs when forward throws, with `undefined` as the output.
 * @example
 * const handle = nn.registerModuleForwardHook((_module, _inputs, output) => (output as Tensor).mul(2));
 * const y = new nn.ReLU().forward(tensor([1]));
 * handle.remove();
 * y.toArray(); // [2]
 */
export const registerModuleForwardHook = (
  hook: ForwardHook,
  { alwaysCall = false }: { readonly alwaysCall?: boolean } = {},
): HookHandle => addHook(globalHooks.post, { hook, always: alwaysCall });

/**
 * Registers a hook that receives the gradients of every module's outputs, before the module's own backward. A list that it returns replaces them.
 * @example
 * const x = tensor([3], { requiresGrad: true });
 * const handle = nn.registerModuleFullBackwardPreHook((_module, [g]) => [g!.mul(10)]);
 * new nn.ReLU().forward(x).backward();
 * handle.remove();
 * x.grad!.toArray(); // [10]
 */
export const registerModuleFullBackwardPreHook = (hook: BackwardPreHook): HookHandle =>
  addHook(globalHooks.backwardPre, hook);

/**
 * Registers a hook that receives the gradients of every module's inputs and outputs, once both are computed. A list that it returns replaces the gradients
 * of the inputs.
 * @example
 * const x = tensor([3], { requiresGrad: true });
 * const handle = nn.registerModuleFullBackwardHook((_module, [g]) => [g!.neg()]);
 * new nn.ReLU().forward(x).backward();
 * handle.remove();
 * x.grad!.toArray(); // [-1]
 */
export const registerModuleFullBackwardHook = (hook: BackwardHook): HookHandle => addHook(globalHooks.backward, hook);

/** Runs `forward` with all hooks: those on every module first, then the module's own. */
export function forwardWithHooks(
  module: Module,
  own: ModuleHooks | null,
  args: readonly unknown[],
  forward: (args: readonly unknown[]) => unknown,
): unknown {
  const lists = own === null ? [globalHooks] : [globalHooks, own];
  const after = lists.flatMap((h) => h.post);
  const called = new Set<ForwardHookEntry>();
  let inputs = args;
  try {
    for (const hook of lists.flatMap((h) => h.pre)) {
      const replaced = hook(module, inputs);
      if (replaced !== undefined) inputs = Array.isArray(replaced) ? (replaced as readonly unknown[]) : [replaced];
    }
    const backwardPre = lists.flatMap((h) => h.backwardPre);
    const backward = lists.flatMap((h) => h.backward);
    const nodes =
      backwardPre.length + backward.length > 0 ? new BackwardHookNodes(module, backwardPre, backward) : null;
    if (nodes !== null) inputs = nodes.wrapInputs(inputs);
    let output = forward(inputs);
    for (const entry of after) {
      called.add(entry);
      output = entry.hook(module, inputs, output) ?? output;
    }
    return nodes === null ? output : nodes.wrapOutputs(output);
  } catch (error) {
    // hooks with `alwaysCall` still run, and an error of theirs does not hide the first one
    for (const entry of after)
      if (entry.always && !called.has(entry))
        try {
          entry.hook(module, inputs, undefined);
        } catch {
          called.add(entry);
        }
    throw error;
  }
}

/** Identity nodes at the inputs and outputs of one call of a module, whose backward calls the backward hooks. */
class BackwardHookNodes {
  readonly #module: Module;
  readonly #preHooks: readonly BackwardPreHook[];
  readonly #hooks: readonly BackwardHook[];
  #argumentCount = 0;
  /** Whether an input requires a gradient, so that the input node runs in backward. */
  #hasInputNode = false;
  #gradOutput: Gradients = [];

  constructor(module: Module, preHooks: readonly BackwardPreHook[], hooks: readonly BackwardHook[]) {
    this.#module = module;
    this.#preHooks = preHooks;
    this.#hooks = hooks;
  }

  wrapInputs(args: readonly unknown[]): readonly unknown[] {
    this.#argumentCount = args.length;
    if (this.#hooks.length === 0) return args;
    const wrapped = throughIdentity("moduleInputs", args, (grads) => this.#onInputGradients(grads));
    this.#hasInputNode = wrapped !== null;
    return wrapped ?? args;
  }

  wrapOutputs(output: unknown): unknown {
    const list = Array.isArray(output) ? (output as readonly unknown[]) : [output];
    const wrapped = throughIdentity("moduleOutputs", list, (grads) => this.#onOutputGradients(grads));
    if (wrapped === null) return output;
    return Array.isArray(output) ? wrapped : wrapped[0];
  }

  #onOutputGradients(grads: Gradients): Gradients {
    let current = grads;
    for (const hook of this.#preHooks)
      current = replaceAll("registerFullBackwardPreHook", current, hook(this.#module, current));
    this.#gradOutput = current;
    if (!this.#hasInputNode) {
      const none = new Array<null>(this.#argumentCount).fill(null);
      for (const hook of this.#hooks)
        if (hook(this.#module, none, current)?.some((g) => g !== null))
          throw new GradError(
            "registerFullBackwardHook",
            "a hook cannot replace the gradients of inputs that require none",
          );
    }
    return current;
  }

  #onInputGradients(grads: Gradients): Gradients {
    let current = grads;
    for (const hook of this.#hooks)
      current = replaceAll("registerFullBackwardHook", current, hook(this.#module, current, this.#gradOutput));
    this.#gradOutput = [];
    return current;
  }
}

/**
 * Passes the tensors among `values` through one identity node, and returns all values, or `null` where no tensor requires a gradient. In backward, `onGrads`
 * receives the gradients in the positions of the values and returns those to propagate.
 */
function throughIdentity(
  name: string,
  values: readonly unknown[],
  onGrads: (grads: Gradients) => Gradients,
): readonly unknown[] | null {
  const positions = values.flatMap((x, i) => (x instanceof Tensor && requiresGradient(x) ? [i] : []));
  if (positions.length === 0 || !isGradEnabled()) return null;
  const sources = positions.map((i) => values[i] as Tensor);
  const targets = sources.map((x) => x.detach());
  const { outputs } = recordBatchedCustomOp(
    {
      name,
      vjp: (cotangents) => {
        const grads = onGrads(values.map((_, i) => cotangents[positions.indexOf(i)] ?? null));
        return positions.map((i) => grads[i]);
      },
    },
    sources,
    targets,
  );
  return values.map((x, i) => (positions.includes(i) ? outputs[positions.indexOf(i)] : x));
}
