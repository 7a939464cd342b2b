/** The parameters, buffers and modules in the fields of a module, and their names on the tape. */
import { currentScope } from "../../tape/graph/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { containerSize, type Place, placesOf } from "./members.ts";
import type { Module } from "./module.ts";
import { Parameter } from "./parameter.ts";
import { UnregisteredModules } from "./unregistered-modules.ts";

/** The parts of the modules whose forward runs, innermost first. */
function* callers(): IterableIterator<Parts> {
  for (let s = currentScope(); s !== null; s = s.parent) if (s.owner instanceof Parts) yield s.owner;
}

/** Returns the parts of the module whose forward runs, if any. */
export function callingParts(): Parts | null {
  for (let s = currentScope(); s !== null; s = s.parent) if (s.owner instanceof Parts) return s.owner;
  return null;
}

/** Names of the modules that are being called, below the outermost. */
function modulePath(): string[] {
  const names: string[] = [];
  for (let s = currentScope(); s !== null; s = s.parent) if (s.kind === "module") names.unshift(s.name);
  return names.slice(1);
}

/** The dotted name of a module below another one, or `null`. */
function nameBelow(outer: Module, inner: Module): string | null {
  for (const [name, module] of outer.namedModules()) if (module === inner) return name;
  return null;
}

const isParameter = (x: unknown): x is Parameter => x instanceof Parameter;

/** The parts of one module. */
export class Parts {
  readonly #module: Module;
  readonly #isModule: (x: unknown) => x is Module;
  /** Records among the fields that hold data. */
  readonly #dataRecords = new WeakSet<object>();
  /** Direct submodules, as they were found last. */
  #children: ReadonlyMap<Module, Place<Module>> = new Map();
  /** Names of modules that this one's forward calls, but that are no direct submodules. */
  readonly #others = new WeakMap<Module, string>();
  /** Containers among the fields whose parameters have labels, with their sizes. */
  readonly #labelled = new WeakMap<object, number>();
  /** Of the outermost module. */
  #unregistered: UnregisteredModules | null = null;

  constructor(module: Module, isModule: (x: unknown) => x is Module) {
    this.#module = module;
    this.#isModule = isModule;
  }

  /** Returns the places of the wanted values in the module's fields. */
  places<T>(isWanted: (value: unknown) => value is T): Place<T>[] {
    return placesOf(this.#module, isWanted, this.#dataRecords);
  }

  /** Returns the direct submodules. */
  modules(): Place<Module>[] {
    return this.places(this.#isModule);
  }

  /** Returns the module's own parameters, or its buffers. */
  tensors<T extends Tensor>(kind: abstract new (...args: never[]) => T): Place<T>[] {
    return this.places((x): x is T => x instanceof kind);
  }

  /** Returns the name of a module that this one's forward calls: that of its field, or of its class if it is in none. */
  nameOf(inner: Module): string {
    const known = this.#children.get(inner);
    if (known?.isCurrent) return known.name;
    const other = this.#others.get(inner);
    if (other !== undefined) return other;
    // the first name counts where a module has several
    this.#children = new Map(
      this.modules()
        .toReversed()
        .map((place) => [place.value, place]),
    );
    const found = this.#children.get(inner);
    if (found !== undefined) return found.name;
    const name = this.#nameOfOther(inner);
    this.#others.set(inner, name);
    return name;
  }

  #nameOfOther(inner: Module): string {
    const className = inner.constructor.name;
    if (inner === this.#module || inner.parameters().length === 0) return className;
    const outermost = [...callers()].at(-1) ?? this;
    const name = nameBelow(this.#module, inner) ?? nameBelow(outermost.#module, inner);
    if (name !== null) return name === "" ? className : name;
    outermost.#unregistered ??= new UnregisteredModules(outermost.#module);
    outermost.#unregistered.add(inner, this.#module);
    return className;
  }

  /** Labels the module's parameters with their names. Runs with each forward, so containers are searched only when they are new or have grown. */
  labelParameters(): void {
    const fields = this.#module as unknown as Readonly<Record<string, unknown>>;
    let search = false;
    for (const name of Object.keys(fields)) {
      const value = fields[name];
      if (value instanceof Parameter) value.label ??= [...modulePath(), name].join(".");
      else if (typeof value === "object" && value !== null) {
        const size = containerSize(value);
        if (size === null || this.#labelled.get(value) === size) continue;
        search = true;
        this.#labelled.set(value, size);
      }
    }
    if (!search) return;
    for (const { name, value } of this.places(isParameter)) value.label ??= [...modulePath(), name].join(".");
  }
}
