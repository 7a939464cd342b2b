/** The base of all modules: parameters, children, state, and a forward that opens a scope on the tape. */

import { addTo, type HookHandle } from "../../tape/graph/hooks.ts";
import { withScope } from "../../tape/graph/scope.ts";
import { describe } from "../../tensor/arguments/refusals.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { printAsText } from "../../tensor/symbols.ts";
import type { Tensor } from "../../tensor/tensor.ts";
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
import { Buffer, Parameter } from "./parameter.ts";
import { callingParts, Parts } from "./registration.ts";
import { loadState, type StateDict, stateOf } from "./state-dict.ts";

/** How `namedModules` and its like walk. */
export interface WalkOptions {
  /** Stands before each name, followed by a dot. */
  readonly prefix?: string;
  /** Whether what is reachable under several names is given once, under the first; all names are given otherwise. */
  readonly removeDuplicate?: boolean;
}

/** How `namedParameters` and its like walk. */
export interface StateWalkOptions extends WalkOptions {
  /** Whether the state of the submodules is given, too. */
  readonly recurse?: boolean;
}

const isModule = (x: unknown): x is Module => x instanceof Module;

const joined = (prefix: string, name: string): string => (prefix === "" ? name : `${prefix}.${name}`);

/**
 * A part of a model. Assign parameters and other modules to fields, and write `forward`; calling it runs under a scope with the
 * module's name. Fields register what they hold, also within arrays, plain records, maps and sets: `layers = [new nn.Linear(2, 2)]` has the parameter
 * `layers.0.weight`. What a field whose name begins with `#` holds cannot be seen, so it is not registered; fields declared with `private` are.
 * @example
 * class Net extends nn.Module {
 *   fc = new nn.Linear(2, 1);
 *   forward(x: Tensor): Tensor {
 *     return this.fc.forward(x).sigmoid();
 *   }
 * }
 */
export abstract class Module {
  /** Whether dropout and the like are active. */
  training = true;
  #hooks: ModuleHooks | null = null;
  readonly #parts = new Parts(this, isModule);

  constructor(...given: never[]) {
    if (given.length > 0)
      throw new ArgumentError(
        this.constructor.name,
        `expected no arguments, but got ${given.length}; the first is ${describe(given[0])}`,
      );
    const forward = (this.forward as Module["forward"] | undefined) ?? withoutForward;
    const scoped = (...inputs: never[]): unknown => {
      const name = callingParts()?.nameOf(this) ?? this.constructor.name;
      const body = (): unknown => {
        this.#parts.labelParameters();
        if (this.#hooks === null && !hasGlobalHooks()) return forward.apply(this, inputs);
        return forwardWithHooks(this, this.#hooks, inputs, (args) => forward.apply(this, args as never[]));
      };
      return withScope(name, "module", body, "", this.#parts);
    };
    Object.defineProperty(this, "forward", { value: scoped, configurable: true, writable: true, enumerable: false });
  }

  /** What the module computes. Write it as a method, and call it as `model.forward(x)`. */
  abstract forward(...inputs: never[]): unknown;

  /** Yields the direct submodules with the names of their fields: `fc`, `layers.0`, `heads.left`. */
  *namedChildren({
    removeDuplicate = true,
  }: Pick<WalkOptions, "removeDuplicate"> = {}): IterableIterator<[name: string, child: Module]> {
    const seen = new Set<Module>();
    for (const { name, value } of this.#parts.modules()) {
      if (removeDuplicate && seen.has(value)) continue;
      seen.add(value);
      yield [name, value];
    }
  }

  /** Yields the direct submodules, each once. */
  *children(): IterableIterator<Module> {
    for (const [, child] of this.namedChildren()) yield child;
  }

  /** Yields this module and all below it with dotted names, parents first; this one's name is the prefix. */
  namedModules({
    prefix = "",
    removeDuplicate = true,
  }: WalkOptions = {}): IterableIterator<[name: string, module: Module]> {
    return walkModules(this, prefix, removeDuplicate ? new Set() : null, []);
  }

  /** Yields this module and all below it, parents first, each once. */
  *modules(): IterableIterator<Module> {
    for (const [, module] of this.namedModules()) yield module;
  }

  *#named<T extends Tensor>(
    kind: abstract new (...args: never[]) => T,
    { prefix = "", recurse = true, removeDuplicate = true }: StateWalkOptions,
  ): IterableIterator<[name: string, tensor: T]> {
    const seen = new Set<Tensor>();
    const modules = recurse ? this.namedModules({ prefix, removeDuplicate }) : [[prefix, this] as const];
    for (const [path, module] of modules)
      for (const { name, value } of module.#parts.tensors(kind)) {
        if (removeDuplicate && seen.has(value)) continue;
        seen.add(value);
        yield [joined(path, name), value];
      }
  }

  /** Yields the parameters with dotted names, each once unless `removeDuplicate` is false. */
  namedParameters(options: StateWalkOptions = {}): IterableIterator<[name: string, parameter: Parameter]> {
    return this.#named(Parameter, options);
  }

  /** Yields the buffers with dotted names, each once unless `removeDuplicate` is false. */
  namedBuffers(options: StateWalkOptions = {}): IterableIterator<[name: string, buffer: Buffer]> {
    return this.#named(Buffer, options);
  }

  /** Returns all parameters, each once; those of this module alone without `recurse`. */
  parameters({ recurse = true }: Pick<StateWalkOptions, "recurse"> = {}): Parameter[] {
    return Array.from(this.namedParameters({ recurse }), ([, p]) => p);
  }

  /** Returns all buffers, each once; those of this module alone without `recurse`. */
  buffers({ recurse = true }: Pick<StateWalkOptions, "recurse"> = {}): Buffer[] {
    return Array.from(this.namedBuffers({ recurse }), ([, b]) => b);
  }

  /** Switches training behaviour on, here and below. A submodule that overrides `train` decides for what is below it. */
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

  /** Switches training behaviour off. */
  eval(): this {
    return this.train(false);
  }

  /** Sets whether the parameters, here and below, require gradients. */
  requiresGrad_(requiresGrad = true): this {
    for (const p of this.parameters()) p.requiresGrad_(requiresGrad);
    return this;
  }

  /** Drops the gradients of all parameters. */
  zeroGrad(): void {
    for (const p of this.parameters()) p.grad = null;
  }

  /** Applies `f` to all modules below this one, and then to this one; each comes after its submodules, and once. */
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
   * Returns parameters and buffers by name, sharing storage with the module. A tensor that the module has under several names, such as tied
   * weights, is there under each of them.
   */
  stateDict(): StateDict {
    return Object.fromEntries(Array.from(stateOf(this), ([name, t]) => [name, t.detach()]));
  }

  /**
   * Copies the values of `state` into the parameters and buffers of the same names. Tied weights stay tied.
   * @throws ArgumentError when names are missing or unexpected, unless `strict` is false; ShapeError when a shape differs. Nothing is changed then.
   */
  loadStateDict(state: Readonly<StateDict>, { strict = true }: { readonly strict?: boolean } = {}): this {
    loadState(this, state, strict);
    return this;
  }

  get #ensureHooks(): ModuleHooks {
    this.#hooks ??= new ModuleHooks();
    return this.#hooks;
  }

  /** Calls `hook` before forward; what it returns replaces the arguments. */
  registerForwardPreHook(hook: ForwardPreHook, { prepend = false }: ForwardHookOptions = {}): HookHandle {
    return addTo(this.#ensureHooks.pre, hook, prepend);
  }

  /** Calls `hook` after forward; what it returns replaces the output. With `alwaysCall` it also runs when forward throws. */
  registerForwardHook(
    hook: ForwardHook,
    { prepend = false, alwaysCall = false }: ForwardHookOptions & { readonly alwaysCall?: boolean } = {},
  ): HookHandle {
    return addTo(this.#ensureHooks.post, { hook, always: alwaysCall }, prepend);
  }

  /** Calls `hook` with the gradients of the outputs before they enter the module; a returned list replaces them. */
  registerFullBackwardPreHook(hook: BackwardPreHook, { prepend = false }: ForwardHookOptions = {}): HookHandle {
    return addTo(this.#ensureHooks.backwardPre, hook, prepend);
  }

  /** Calls `hook` with the gradients of inputs and outputs once both are there; a returned list replaces those of the inputs. */
  registerFullBackwardHook(hook: BackwardHook, { prepend = false }: ForwardHookOptions = {}): HookHandle {
    return addTo(this.#ensureHooks.backward, hook, prepend);
  }

  /** Settings shown in the printed tree, as in `Linear(2, 1, bias=true)`. */
  extraRepr(): string {
    return "";
  }

  toString(): string {
    return printTree(this, []);
  }

  static {
    printAsText(this.prototype);
  }
}

/** Walks depth first; without `seen` all names are given, and only a module inside of itself is left out. */
function* walkModules(
  module: Module,
  name: string,
  seen: Set<Module> | null,
  around: Module[],
): IterableIterator<[name: string, module: Module]> {
  if (seen?.has(module) ?? around.includes(module)) return;
  seen?.add(module);
  yield [name, module];
  around.push(module);
  for (const [field, child] of module.namedChildren({ removeDuplicate: seen !== null }))
    yield* walkModules(child, joined(name, field), seen, around);
  around.pop();
}

/** Stands for the forward that a class lacks. */
function withoutForward(this: Module): never {
  throw new ArgumentError(
    this.constructor.name || "Module",
    "expected a method forward(x) that computes the output; the class has none",
  );
}

/** The tree of a module as text; of one inside of itself the class alone. */
function printTree(module: Module, around: readonly Module[]): string {
  const name = module.constructor.name;
  if (around.includes(module)) return `${name}(…)`;
  const children = Array.from(module.namedChildren({ removeDuplicate: false }), ([field, child]) => {
    const text =
      child.toString === Module.prototype.toString ? printTree(child, [...around, module]) : child.toString();
    return `  (${field}): ${text.replaceAll("\n", "\n  ")}`;
  });
  const extra = module.extraRepr();
  return children.length === 0 ? `${name}(${extra})` : `${name}(${extra}\n${children.join("\n")}\n)`;
}
