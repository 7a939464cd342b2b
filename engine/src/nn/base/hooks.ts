/** Hooks on modules: around forward, and on the gradients that come to a module's outputs and leave at its inputs. */

import { replaceAll } from "../../tape/backward/hooks.ts";
import { recordCustomOp } from "../../tape/graph/custom-op.ts";
import { addTo, type Gradients, type HookHandle } from "../../tape/graph/hooks.ts";
import { isGradEnabled } from "../../tape/graph/mode.ts";
import { GradError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Module } from "./module.ts";

/** Called before forward; what it returns, a list or a single value, replaces the arguments. */
export type ForwardPreHook = (module: Module, inputs: readonly unknown[]) => unknown;

/** Called after forward; what it returns replaces the output. */
export type ForwardHook = (module: Module, inputs: readonly unknown[], output: unknown) => unknown;

/** Called with the gradients of the outputs before they enter the module; a returned list replaces them. */
export type BackwardPreHook = (module: Module, gradOutput: Gradients) => Gradients | undefined | void;

/** Called with the gradients of inputs and outputs once both are there; a returned list replaces those of the inputs. */
export type BackwardHook = (
  module: Module,
  gradInput: Gradients,
  gradOutput: Gradients,
) => Gradients | undefined | void;

/** Options of hooks on forward. */
export interface ForwardHookOptions {
  /** Runs it before the hooks that are there. */
  readonly prepend?: boolean;
}

interface AfterForward {
  readonly hook: ForwardHook;
  readonly always: boolean;
}

/** All that was registered on one module, or on all of them. */
export class ModuleHooks {
  readonly pre: ForwardPreHook[] = [];
  readonly post: AfterForward[] = [];
  readonly backwardPre: BackwardPreHook[] = [];
  readonly backward: BackwardHook[] = [];

  get empty(): boolean {
    return this.pre.length + this.post.length + this.backwardPre.length + this.backward.length === 0;
  }
}

const all = new ModuleHooks();

/** Whether hooks on all modules are registered. */
export const hasGlobalHooks = (): boolean => !all.empty;

/** Calls `hook` before forward of every module. */
export const registerModuleForwardPreHook = (hook: ForwardPreHook): HookHandle => addTo(all.pre, hook);

/** Calls `hook` after forward of every module; with `alwaysCall` also when forward throws. */
export const registerModuleForwardHook = (
  hook: ForwardHook,
  { alwaysCall = false }: { readonly alwaysCall?: boolean } = {},
): HookHandle => addTo(all.post, { hook, always: alwaysCall });

/** Calls `hook` with the gradients of every module's outputs. */
export const registerModuleFullBackwardPreHook = (hook: BackwardPreHook): HookHandle => addTo(all.backwardPre, hook);

/** Calls `hook` with the gradients of every module's inputs and outputs. */
export const registerModuleFullBackwardHook = (hook: BackwardHook): HookHandle => addTo(all.backward, hook);

/** Forward with all hooks: those on all modules first, then the module's own. */
export function forwardWithHooks(
  module: Module,
  own: ModuleHooks | null,
  args: readonly unknown[],
  forward: (args: readonly unknown[]) => unknown,
): unknown {
  const lists = own === null ? [all] : [all, own];
  const after = lists.flatMap((h) => h.post);
  const called = new Set<AfterForward>();
  let inputs = args;
  try {
    for (const hook of lists.flatMap((h) => h.pre)) {
      const replaced = hook(module, inputs);
      if (replaced !== undefined) inputs = Array.isArray(replaced) ? (replaced as readonly unknown[]) : [replaced];
    }
    const backwardPre = lists.flatMap((h) => h.backwardPre);
    const backward = lists.flatMap((h) => h.backward);
    const gate = backwardPre.length + backward.length > 0 ? new Gate(module, backwardPre, backward) : null;
    if (gate !== null) inputs = gate.inputs(inputs);
    let output = forward(inputs);
    for (const entry of after) {
      called.add(entry);
      output = entry.hook(module, inputs, output) ?? output;
    }
    return gate === null ? output : gate.outputs(output);
  } catch (error) {
    // hooks that clean up run all the same, and what they throw does not hide the first error
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

/** Nodes that let gradients through at a module's inputs and outputs, and show them to the hooks. */
class Gate {
  readonly #module: Module;
  readonly #pre: readonly BackwardPreHook[];
  readonly #hooks: readonly BackwardHook[];
  /** Number of arguments. */
  #count = 0;
  #watchesInputs = false;
  #gradOutput: Gradients = [];

  constructor(module: Module, pre: readonly BackwardPreHook[], hooks: readonly BackwardHook[]) {
    this.#module = module;
    this.#pre = pre;
    this.#hooks = hooks;
  }

  inputs(args: readonly unknown[]): readonly unknown[] {
    this.#count = args.length;
    if (this.#hooks.length === 0) return args;
    const through = passThrough("moduleInputs", args, (grads) => this.#leave(grads));
    this.#watchesInputs = through !== null;
    return through ?? args;
  }

  outputs(output: unknown): unknown {
    const list = Array.isArray(output) ? (output as readonly unknown[]) : [output];
    const through = passThrough("moduleOutputs", list, (grads) => this.#enter(grads));
    if (through === null) return output;
    return Array.isArray(output) ? through : through[0];
  }

  #enter(grads: Gradients): Gradients {
    let now = grads;
    for (const hook of this.#pre) now = replaceAll("registerFullBackwardPreHook", now, hook(this.#module, now));
    this.#gradOutput = now;
    if (!this.#watchesInputs) {
      const none = new Array<null>(this.#count).fill(null);
      for (const hook of this.#hooks)
        if (hook(this.#module, none, now)?.some((g) => g !== null))
          throw new GradError(
            "registerFullBackwardHook",
            "a hook cannot replace the gradients of inputs that require none",
          );
    }
    return now;
  }

  #leave(grads: Gradients): Gradients {
    let now = grads;
    for (const hook of this.#hooks)
      now = replaceAll("registerFullBackwardHook", now, hook(this.#module, now, this.#gradOutput));
    this.#gradOutput = [];
    return now;
  }
}

/** The same values behind a node of their own; `null` where no gradient flows. Gradients are by position among all values. */
function passThrough(
  name: string,
  values: readonly unknown[],
  see: (grads: Gradients) => Gradients,
): readonly unknown[] | null {
  const at = values.flatMap((x, i) => (x instanceof Tensor && x.requiresGrad ? [i] : []));
  if (at.length === 0 || !isGradEnabled()) return null;
  const sources = at.map((i) => values[i] as Tensor);
  const targets = sources.map((x) => x.detach());
  recordCustomOp(
    {
      name,
      vjp: (cotangents) => {
        const wide = values.map((_, i) => cotangents[at.indexOf(i)] ?? null);
        const seen = see(wide);
        return at.map((i) => seen[i]);
      },
    },
    sources,
    targets,
  );
  return values.map((x, i) => (at.includes(i) ? targets[at.indexOf(i)] : x));
}
