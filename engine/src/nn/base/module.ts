/** The base class of modules: state, hooks, and a forward that opens a scope on the tape. */

import { addHook, type HookHandle } from "../../tape/graph/hooks.ts";
import { withScope } from "../../tape/graph/scope.ts";
import { noteFailure } from "../../tensor/arguments/failed-call.ts";
import { describe } from "../../tensor/arguments/refusals.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { printAsText } from "../../tensor/symbols.ts";
import { castFloats } from "./data.ts";
import {
  type BackwardHook,
  type BackwardPreHook,
  type ForwardHook,
  type ForwardHookOptions,
  type ForwardPreHook,
  forwardWithHooks,
  hasGlobalHooks,
  ModuleHooks,
} from "./hooks.ts";
import { currentCaller } from "./registration.ts";
import { loadState, type StateDict, saveState } from "./state-dict.ts";
import {
  addStateHook,
  type ExtraState,
  type LoadStateDictPostHook,
  type LoadStateDictPreHook,
  type StateDictPostHook,
  type StateDictPreHook,
} from "./state-hooks.ts";
import { ModuleTree } from "./tree.ts";

/**
 * The base class of neural network modules. A subclass assigns parameters, buffers and submodules to fields, and defines `forward`. Call a module as
 * `model.forward(x)`, or in a cell as `model(x)`: either way its hooks run, and its operations are recorded in a scope with the module's name.
 *
 * Fields register the modules, parameters and buffers that they hold, also in arrays, plain records, maps and sets: `layers = [new nn.Linear(2, 2)]` has the
 * parameter `layers.0.weight`. Fields declared with `private` are registered; JavaScript hides fields whose names begin with `#`, so those are not.
 * @throws ArgumentError for arguments to a class that has no constructor, and for a call of a class that has no `forward`.
 * @example
 * class Net extends nn.Module {
 *   fc = new nn.Linear(2, 1);
 *   forward(x: Tensor): Tensor {
 *     return this.fc.forward(x).sigmoid();
 *   }
 * }
 * Array.from(new Net().namedParameters(), ([name]) => name); // ["fc.weight", "fc.bias"]
 */
export abstract class Module extends ModuleTree {
  /** Whether the module is in training mode, in which dropout is active and batch normalization uses the statistics of the batch. */
  training = true;
  #hooks: ModuleHooks | null = null;

  constructor(...given: never[]) {
    super();
    if (given.length > 0)
      throw new ArgumentError(
        this.constructor.name,
        `expected no arguments, but got ${given.length}; the first is ${describe(given[0])}`,
      );
    const forward = (this.forward as Module["forward"] | undefined) ?? withoutForward;
    const registration = ModuleTree.registrationOf(this);
    const scoped = (...inputs: never[]): unknown => {
      const name = currentCaller()?.nameOf(this) ?? this.constructor.name;
      const body = (): unknown => {
        registration.labelParameters();
        try {
          if (this.#hooks === null && !hasGlobalHooks()) return forward.apply(this, inputs);
          return forwardWithHooks(this, this.#hooks, inputs, (args) => forward.apply(this, args as never[]));
        } catch (error) {
          throw noteFailure(error, { kind: "module", name, module: this, inputs });
        }
      };
      return withScope(name, "module", body, "", registration);
    };
    Object.defineProperty(this, "forward", { value: scoped, configurable: true, writable: true, enumerable: false });
  }

  /** Computes the output. Defined by each subclass as a method. */
  abstract forward(...inputs: never[]): unknown;

  /** Sets `training` on the module and its descendants, and returns the module. A descendant that overrides `train` decides for its own descendants. */
  train(mode = true): this {
    const seen = new Set<Module>([this]);
    const visit = (module: Module): void => {
      module.training = mode;
      for (const child of module.children()) {
        if (seen.has(child)) continue;
        seen.add(child);
        if (child.train === Module.prototype.train) visit(child);
        else child.train(mode);
      }
    };
    visit(this);
    return this;
  }

  /** Sets evaluation mode: `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /** Sets whether all parameters require gradients, and returns the module. False freezes them. */
  requiresGrad_(requiresGrad = true): this {
    for (const p of this.parameters()) p.requiresGrad_(requiresGrad);
    return this;
  }

  /** Sets the gradients of all parameters to `null`. */
  zeroGrad(): void {
    for (const p of this.parameters()) p.grad = null;
  }

  /**
   * Casts all float parameters and buffers, with their gradients, to a float dtype, and returns the module. They stay the same objects, so optimizers keep them.
   * Integer buffers keep their dtype.
   * @throws DTypeError for a dtype that is not float.
   * @example new nn.Linear(2, 1).to("float64").weight.dtype; // "float64"
   */
  to(dtype: DType): this {
    castFloats([...this.parameters(), ...this.buffers()], dtype);
    return this;
  }

  /** Casts all float parameters and buffers to float32, and returns the module. */
  float(): this {
    return this.to("float32");
  }

  /** Casts all float parameters and buffers to float64, and returns the module. */
  double(): this {
    return this.to("float64");
  }

  /** Casts all float parameters and buffers to float16, and returns the module. */
  half(): this {
    return this.to("float16");
  }

  /** Casts all float parameters and buffers to bfloat16, and returns the module. */
  bfloat16(): this {
    return this.to("bfloat16");
  }

  /** Calls `f` once for each descendant and then for the module itself, children before parents, and returns the module. */
  apply(f: (module: Module) => void): this {
    const seen = new Set<Module>([this]);
    const visit = (module: Module): void => {
      for (const child of module.children()) {
        if (seen.has(child)) continue;
        seen.add(child);
        visit(child);
      }
      f(module);
    };
    visit(this);
    return this;
  }

  /**
   * Returns parameters and buffers by dotted name, detached, and sharing storage with the module. A tensor with several names, such as a tied weight, is
   * listed under each of them.
   */
  stateDict(): StateDict {
    return saveState(this);
  }

  /**
   * Returns state that is neither a parameter nor a buffer, such as a vocabulary or a counter. A subclass that defines it defines `setExtraState` too. `stateDict()` has it
   * under the name `_extra_state` behind the module's prefix, as in PyTorch: a tensor as it is, other values as the bytes of their JSON.
   */
  getExtraState?(): ExtraState;

  /** Takes the state that `getExtraState` returned, when `loadStateDict` is called. */
  setExtraState?(state: ExtraState): void;

  /** Registers a hook that runs before the state of the module is saved. */
  registerStateDictPreHook(hook: StateDictPreHook): HookHandle {
    return addStateHook(this, "savePre", hook);
  }

  /** Registers a hook that runs after the state of the module and its descendants was saved, and may change the dictionary. */
  registerStateDictPostHook(hook: StateDictPostHook): HookHandle {
    return addStateHook(this, "savePost", hook);
  }

  /** Registers a hook that runs before a state is loaded, with a copy of the dictionary that it may change, as to rename keys of an older version. */
  registerLoadStateDictPreHook(hook: LoadStateDictPreHook): HookHandle {
    return addStateHook(this, "loadPre", hook);
  }

  /** Registers a hook that runs after a state was loaded. Names that it removes from the lists of missing and unexpected ones are no error. */
  registerLoadStateDictPostHook(hook: LoadStateDictPostHook): HookHandle {
    return addStateHook(this, "loadPost", hook);
  }

  /**
   * Copies the values of `state` into the parameters and buffers of the same names, and returns the module. Names may be those of `stateDict()` or PyTorch's
   * (`running_mean`). Tied weights stay tied. With `strict` (true by default) no name may be missing, and none too many.
   * @throws ArgumentError when names are missing or unexpected, unless `strict` is false; ShapeError when a shape differs. The module is unchanged then.
   */
  loadStateDict(state: Readonly<StateDict>, { strict = true }: { readonly strict?: boolean } = {}): this {
    loadState(this, state, strict);
    return this;
  }

  #ensureHooks(): ModuleHooks {
    this.#hooks ??= new ModuleHooks();
    return this.#hooks;
  }

  /** Registers a hook that runs before forward. A list, or single value, that it returns replaces the arguments. */
  registerForwardPreHook(hook: ForwardPreHook, { prepend = false }: ForwardHookOptions = {}): HookHandle {
    return addHook(this.#ensureHooks().pre, hook, prepend);
  }

  /** Registers a hook that runs after forward. A value that it returns replaces the output. With `alwaysCall` it also runs when forward throws. */
  registerForwardHook(
    hook: ForwardHook,
    { prepend = false, alwaysCall = false }: ForwardHookOptions & { readonly alwaysCall?: boolean } = {},
  ): HookHandle {
    return addHook(this.#ensureHooks().post, { hook, always: alwaysCall }, prepend);
  }

  /** Registers a hook that receives the gradients of the outputs before the module's own backward. A list that it returns replaces them. Inside `func.vmap` they are those of one sample. */
  registerFullBackwardPreHook(hook: BackwardPreHook, { prepend = false }: ForwardHookOptions = {}): HookHandle {
    return addHook(this.#ensureHooks().backwardPre, hook, prepend);
  }

  /** Registers a hook that receives the gradients of inputs and outputs once both are computed. A list that it returns replaces those of the inputs. Inside `func.vmap` they are those of one sample. */
  registerFullBackwardHook(hook: BackwardHook, { prepend = false }: ForwardHookOptions = {}): HookHandle {
    return addHook(this.#ensureHooks().backward, hook, prepend);
  }

  /** Returns the settings to print in the parentheses, as in `Linear(2, 1, bias=true)`. Empty by default. */
  extraRepr(): string {
    return "";
  }

  /** Returns the module and its submodules as an indented tree. */
  override toString(): string {
    return printTree(this, []);
  }

  static {
    printAsText(this.prototype);
  }
}

/** Takes the place of `forward` in a class that defines none. */
function withoutForward(this: Module): never {
  throw new ArgumentError(
    this.constructor.name || "Module",
    "expected a method forward(x) that computes the output; the class has none",
  );
}

/** Returns the tree of a module as text. A module inside itself is printed as its class alone. */
function printTree(module: Module, ancestors: readonly Module[]): string {
  const name = module.constructor.name;
  if (ancestors.includes(module)) return `${name}(…)`;
  const children = Array.from(module.namedChildren({ removeDuplicate: false }), ([field, child]) => {
    const text =
      child.toString === Module.prototype.toString ? printTree(child, [...ancestors, module]) : child.toString();
    return `  (${field}): ${text.replaceAll("\n", "\n  ")}`;
  });
  const extra = module.extraRepr();
  return children.length === 0 ? `${name}(${extra})` : `${name}(${extra}\n${children.join("\n")}\n)`;
}
