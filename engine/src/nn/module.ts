/** The base of all modules: parameters, children, state, and a forward that opens a scope on the tape. */

import { addTo, type HookHandle } from "../tape/hooks.ts";
import { noGrad } from "../tape/mode.ts";
import { currentScope, withScope } from "../tape/scope.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import { printAsText } from "../tensor/symbols.ts";
import { Tensor } from "../tensor/tensor.ts";
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

/** A tensor that a module learns: a leaf that requires a gradient. */
export class Parameter extends Tensor {
  constructor(data: Tensor, requiresGrad = true) {
    super(data.storage, data.shape, data.strides, data.offset);
    this.requiresGrad = requiresGrad;
  }
}

/** A tensor that belongs to a module's state without being learned, such as running statistics. */
export class Buffer extends Tensor {
  constructor(data: Tensor) {
    super(data.storage, data.shape, data.strides, data.offset);
  }
}

/** Names of the modules that are being called, below the outermost. */
function modulePath(): string[] {
  const names: string[] = [];
  for (let s = currentScope(); s !== null; s = s.parent) if (s.kind === "module") names.unshift(s.name);
  return names.slice(1);
}

/** Parameters and buffers by dotted name. */
export type StateDict = Record<string, Tensor>;

/**
 * A part of a model. Assign parameters and other modules to fields, and write `forward`; calling it runs under a scope with the
 * module's name.
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
  /** The field under which a parent holds this module. */
  #fieldName: string | null = null;
  #hooks: ModuleHooks | null = null;

  constructor() {
    const forward = this.forward;
    const scoped = (...inputs: never[]): unknown =>
      withScope(this.#fieldName ?? this.constructor.name, "module", () => {
        this.#nameParts();
        if (this.#hooks === null && !hasGlobalHooks()) return forward.apply(this, inputs);
        return forwardWithHooks(this, this.#hooks, inputs, (args) => forward.apply(this, args as never[]));
      });
    Object.defineProperty(this, "forward", { value: scoped, configurable: true, writable: true, enumerable: false });
  }

  /** Tells children and parameters what they are called here, for the tape. Runs with each forward, so it makes nothing that it need not. */
  #nameParts(): void {
    const fields = this as unknown as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(fields)) {
      const value = fields[name];
      if (value instanceof Parameter) value.label ??= [...modulePath(), name].join(".");
      else if (value instanceof Module) value.#fieldName = name;
      else if (Array.isArray(value))
        for (let i = 0; i < value.length; i++) if (value[i] instanceof Module) value[i].#fieldName = `${name}.${i}`;
    }
  }

  /** What the module computes. Write it as a method, and call it as `model.forward(x)`. */
  abstract forward(...inputs: never[]): unknown;

  /** Direct submodules with the names of their fields; lists of modules count by index. */
  *namedChildren(): IterableIterator<[name: string, child: Module]> {
    for (const [name, value] of Object.entries(this)) {
      if (value instanceof Module) yield [name, value];
      else if (Array.isArray(value))
        for (const [i, item] of value.entries()) if (item instanceof Module) yield [`${name}.${i}`, item];
    }
  }

  /** Direct submodules. */
  *children(): IterableIterator<Module> {
    for (const [, child] of this.namedChildren()) yield child;
  }

  /** This module and all below it, parents first, each once. */
  *namedModules(prefix = "", seen: Set<Module> = new Set()): IterableIterator<[name: string, module: Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of this.namedChildren())
      yield* child.namedModules(prefix === "" ? name : `${prefix}.${name}`, seen);
  }

  /** Parameters with dotted names, each once. */
  *namedParameters(): IterableIterator<[name: string, parameter: Parameter]> {
    const seen = new Set<Parameter>();
    for (const [prefix, module] of this.namedModules())
      for (const [name, value] of Object.entries(module)) {
        if (!(value instanceof Parameter) || seen.has(value)) continue;
        seen.add(value);
        yield [prefix === "" ? name : `${prefix}.${name}`, value];
      }
  }

  /** Buffers with dotted names. */
  *namedBuffers(): IterableIterator<[name: string, buffer: Buffer]> {
    for (const [prefix, module] of this.namedModules())
      for (const [name, value] of Object.entries(module))
        if (value instanceof Buffer) yield [prefix === "" ? name : `${prefix}.${name}`, value];
  }

  /** All parameters, each once. */
  parameters(): Parameter[] {
    return Array.from(this.namedParameters(), ([, p]) => p);
  }

  /** Switches training behaviour on, here and below. */
  train(mode = true): this {
    for (const [, module] of this.namedModules()) module.training = mode;
    return this;
  }

  /** Switches training behaviour off. */
  eval(): this {
    return this.train(false);
  }

  /** Drops the gradients of all parameters. */
  zeroGrad(): void {
    for (const p of this.parameters()) p.grad = null;
  }

  /** Applies `f` to this module and all below it. */
  apply(f: (module: Module) => void): this {
    for (const [, module] of this.namedModules()) f(module);
    return this;
  }

  /** Parameters and buffers by name, sharing storage with the module. */
  stateDict(): StateDict {
    return Object.fromEntries(
      [...this.namedParameters(), ...this.namedBuffers()].map(([name, t]) => [name, t.detach()]),
    );
  }

  /**
   * Copies the values in.
   * @throws ArgumentError when names are missing or unknown; ShapeError when a shape differs. Nothing is changed then.
   */
  loadStateDict(state: Readonly<StateDict>): this {
    const own = new Map<string, Tensor>([...this.namedParameters(), ...this.namedBuffers()]);
    const missing = [...own.keys()].filter((name) => !(name in state));
    const unknown = Object.keys(state).filter((name) => !own.has(name));
    if (missing.length + unknown.length > 0)
      throw new ArgumentError(
        "loadStateDict",
        `missing: ${missing.join(", ") || "none"}; unknown: ${unknown.join(", ") || "none"}`,
      );
    for (const [name, p] of own)
      if (!sameShape(p.shape, state[name].shape))
        throw new ShapeError("loadStateDict", `${name} must keep its shape`, [p.shape, state[name].shape]);
    noGrad(() => {
      for (const [name, p] of own) p.copy_(state[name]);
    });
    return this;
  }

  get #hooksOf(): ModuleHooks {
    this.#hooks ??= new ModuleHooks();
    return this.#hooks;
  }

  /** Calls `hook` before forward; what it returns replaces the arguments. */
  registerForwardPreHook(hook: ForwardPreHook, { prepend = false }: ForwardHookOptions = {}): HookHandle {
    return addTo(this.#hooksOf.pre, hook, prepend);
  }

  /** Calls `hook` after forward; what it returns replaces the output. With `alwaysCall` it also runs when forward throws. */
  registerForwardHook(
    hook: ForwardHook,
    { prepend = false, alwaysCall = false }: ForwardHookOptions & { readonly alwaysCall?: boolean } = {},
  ): HookHandle {
    return addTo(this.#hooksOf.post, { hook, always: alwaysCall }, prepend);
  }

  /** Calls `hook` with the gradients of the outputs before they enter the module; a returned list replaces them. */
  registerFullBackwardPreHook(hook: BackwardPreHook, { prepend = false }: ForwardHookOptions = {}): HookHandle {
    return addTo(this.#hooksOf.backwardPre, hook, prepend);
  }

  /** Calls `hook` with the gradients of inputs and outputs once both are there; a returned list replaces those of the inputs. */
  registerFullBackwardHook(hook: BackwardHook, { prepend = false }: ForwardHookOptions = {}): HookHandle {
    return addTo(this.#hooksOf.backward, hook, prepend);
  }

  /** Settings shown in the printed tree, as in `Linear(2, 1, bias=true)`. */
  extraRepr(): string {
    return "";
  }

  toString(): string {
    const children = Array.from(
      this.namedChildren(),
      ([name, child]) => `  (${name}): ${child.toString().replaceAll("\n", "\n  ")}`,
    );
    const extra = this.extraRepr();
    return children.length === 0
      ? `${this.constructor.name}(${extra})`
      : `${this.constructor.name}(${extra}\n${children.join("\n")}\n)`;
  }

  static {
    printAsText(this.prototype);
  }
}
