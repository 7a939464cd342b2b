/** The tree of modules: walking a module's submodules, parameters and buffers, and finding and registering them by name. */

import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Module } from "./module.ts";
import { Buffer, Parameter } from "./parameter.ts";
import { Registration } from "./registration.ts";

/** Options of `namedModules` and `namedChildren`. */
export interface WalkOptions {
  /** Prefix of every name, joined to it by a dot. */
  readonly prefix?: string;
  /** Whether a module or tensor with several names is yielded once, under the first of them; true by default. */
  readonly removeDuplicate?: boolean;
}

/** Options of `namedParameters` and `namedBuffers`. */
export interface StateWalkOptions extends WalkOptions {
  /** Whether the tensors of submodules are included; true by default. */
  readonly recurse?: boolean;
}

const isModule = (x: unknown): x is Module => x instanceof ModuleTree;

const joined = (prefix: string, name: string): string => (prefix === "" ? name : `${prefix}.${name}`);

/** Options of `registerBuffer`. */
export interface BufferOptions {
  /** Whether `stateDict` has the buffer; true by default. */
  readonly persistent?: boolean;
}

/** Whether a field's value is a parameter, a buffer or a module, which a registration of the same name replaces. */
const isRegistered = (x: unknown): boolean => x instanceof Parameter || x instanceof Buffer || isModule(x);

type Named<T> = IterableIterator<[name: string, value: T]>;

/** Returns the error for a name that is missing. */
const missing = (op: string, target: string, all: Named<unknown>): ArgumentError =>
  new ArgumentError(
    op,
    `nothing is called "${target}"; there are ${Array.from(all, ([name]) => `"${name}"`).join(", ")}`,
  );

/** Returns the value with a name. */
function found<T>(op: string, target: string, all: Named<T>): T {
  const list = [...all];
  const pair = list.find(([name]) => name === target);
  if (pair === undefined) throw missing(op, target, list.values());
  return pair[1];
}

/** The part of a module that holds its submodules, parameters and buffers. */
export abstract class ModuleTree {
  readonly #registration = new Registration(this as unknown as Module, isModule);

  /** Returns the registration of a module's fields. */
  static registrationOf(module: ModuleTree): Registration {
    return module.#registration;
  }

  /** Yields the direct submodules with their names: `fc`, `layers.0`, `heads.left`. */
  *namedChildren({
    removeDuplicate = true,
  }: Pick<WalkOptions, "removeDuplicate"> = {}): IterableIterator<[name: string, child: Module]> {
    const seen = new Set<Module>();
    for (const { name, value } of this.#registration.modules()) {
      if (removeDuplicate && seen.has(value)) continue;
      seen.add(value);
      yield [name, value];
    }
  }

  /** Yields the direct submodules, each once. */
  *children(): IterableIterator<Module> {
    for (const [, child] of this.namedChildren()) yield child;
  }

  /** Yields the module and all its descendants with dotted names, parents first. The module itself has the name `prefix`, by default `""`. */
  namedModules({
    prefix = "",
    removeDuplicate = true,
  }: WalkOptions = {}): IterableIterator<[name: string, module: Module]> {
    return walkModules(this as unknown as Module, prefix, removeDuplicate ? new Set() : null, []);
  }

  /** Yields the module and all its descendants, parents first, each once. */
  *modules(): IterableIterator<Module> {
    for (const [, module] of this.namedModules()) yield module;
  }

  *#named<T extends Tensor>(
    kind: abstract new (...args: never[]) => T,
    { prefix = "", recurse = true, removeDuplicate = true }: StateWalkOptions,
  ): IterableIterator<[name: string, tensor: T]> {
    const seen = new Set<Tensor>();
    const modules = recurse
      ? this.namedModules({ prefix, removeDuplicate })
      : [[prefix, this as unknown as Module] as const];
    for (const [path, module] of modules)
      for (const { name, value } of ModuleTree.registrationOf(module).tensors(kind)) {
        if (removeDuplicate && seen.has(value)) continue;
        seen.add(value);
        yield [joined(path, name), value];
      }
  }

  /** Yields the parameters with dotted names, each once unless `removeDuplicate` is false; those of submodules too unless `recurse` is false. */
  namedParameters(options: StateWalkOptions = {}): IterableIterator<[name: string, parameter: Parameter]> {
    return this.#named(Parameter, options);
  }

  /** Yields the buffers with dotted names, each once unless `removeDuplicate` is false; those of submodules too unless `recurse` is false. */
  namedBuffers(options: StateWalkOptions = {}): IterableIterator<[name: string, buffer: Buffer]> {
    return this.#named(Buffer, options);
  }

  /** Returns all parameters, each once; without `recurse`, only the module's own. */
  parameters({ recurse = true }: Pick<StateWalkOptions, "recurse"> = {}): Parameter[] {
    return Array.from(this.namedParameters({ recurse }), ([, p]) => p);
  }

  /** Returns all buffers, each once; without `recurse`, only the module's own. */
  buffers({ recurse = true }: Pick<StateWalkOptions, "recurse"> = {}): Buffer[] {
    return Array.from(this.namedBuffers({ recurse }), ([, b]) => b);
  }

  /**
   * Registers a buffer under a name, as assigning a `Buffer` to the field of that name does, and returns the module. With `null` the field holds nothing. The shape and
   * dtype are those of `tensor`. Without `persistent`, `stateDict` leaves the buffer out.
   * @throws ArgumentError for a name that is empty or has a dot, or that another field or method has.
   * @example
   * class Causal extends nn.Module {
   *   declare mask: nn.Buffer;
   *   constructor() {
   *     super();
   *     this.registerBuffer("mask", ones([2, 2]).tril(), { persistent: false });
   *   }
   *   forward(x: Tensor): Tensor {
   *     return x.mul(this.mask);
   *   }
   * }
   * new Causal().forward(ones([2, 2])).toArray(); // [[1, 0], [1, 1]]
   */
  registerBuffer(name: string, tensor: Tensor | null, { persistent = true }: BufferOptions = {}): this {
    return this.#register("registerBuffer", name, tensor === null ? null : new Buffer(tensor, persistent));
  }

  /**
   * Registers a parameter under a name, as assigning it to the field of that name does, and returns the module. With `null` the field holds nothing.
   * @throws ArgumentError for a name that is empty or has a dot, or that another field or method has.
   */
  registerParameter(name: string, parameter: Parameter | null): this {
    return this.#register("registerParameter", name, parameter);
  }

  /**
   * Registers a submodule under a name, as assigning it to the field of that name does, and returns the module. With `null` the field holds nothing.
   * @throws ArgumentError for a name that is empty or has a dot, or that another field or method has.
   */
  registerModule(name: string, module: Module | null): this {
    return this.#register("registerModule", name, module);
  }

  #register(op: string, name: string, value: Parameter | Buffer | Module | null): this {
    if (name === "" || name.includes("."))
      throw new ArgumentError(op, `a name must not be empty or have a dot, but got "${name}"`);
    const fields = this as unknown as Record<string, unknown>;
    const held = fields[name] ?? null;
    if (held !== null && !isRegistered(held))
      throw new ArgumentError(op, `"${name}" is already a member of ${this.constructor.name}`);
    fields[name] = value;
    return this;
  }

  /**
   * Returns the descendant with a dotted name, or the module itself for `""`.
   * @throws ArgumentError when there is none, with the names that there are.
   */
  getSubmodule(target: string): Module {
    return found("getSubmodule", target, this.namedModules({ removeDuplicate: false }));
  }

  /**
   * Replaces the descendant with a dotted name.
   * @throws ArgumentError when there is none, with the names that there are.
   */
  setSubmodule(target: string, module: Module): void {
    for (const [prefix, parent] of this.namedModules({ removeDuplicate: false }))
      for (const member of ModuleTree.registrationOf(parent).modules())
        if (joined(prefix, member.name) === target) {
          member.assign(module);
          return;
        }
    throw missing("setSubmodule", target, this.namedModules({ removeDuplicate: false }));
  }

  /**
   * Returns the parameter with a dotted name.
   * @throws ArgumentError when there is none, with the names that there are.
   */
  getParameter(target: string): Parameter {
    return found("getParameter", target, this.namedParameters({ removeDuplicate: false }));
  }

  /**
   * Returns the buffer with a dotted name.
   * @throws ArgumentError when there is none, with the names that there are.
   */
  getBuffer(target: string): Buffer {
    return found("getBuffer", target, this.namedBuffers({ removeDuplicate: false }));
  }
}

/** Walks modules depth first. With `seen` each is yielded once; without, under all of its names, except inside itself. */
function* walkModules(
  module: Module,
  name: string,
  seen: Set<Module> | null,
  ancestors: Module[],
): IterableIterator<[name: string, module: Module]> {
  if (seen?.has(module) ?? ancestors.includes(module)) return;
  seen?.add(module);
  yield [name, module];
  ancestors.push(module);
  for (const [field, child] of module.namedChildren({ removeDuplicate: seen !== null }))
    yield* walkModules(child, joined(name, field), seen, ancestors);
  ancestors.pop();
}
