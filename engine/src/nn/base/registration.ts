/** Registration of a module's parameters, buffers and submodules by its fields, and their names on the tape. */
import { currentScope } from "../../tape/graph/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { containerSize, findMembers, type Member } from "./members.ts";
import type { Module } from "./module.ts";
import { Parameter } from "./parameter.ts";
import { UnregisteredModules } from "./unregistered-modules.ts";

/** Yields the registrations of the modules whose forward is running, innermost first. */
function* callers(): IterableIterator<Registration> {
  for (let s = currentScope(); s !== null; s = s.parent) if (s.owner instanceof Registration) yield s.owner;
}

/** Returns the registration of the innermost module whose forward is running, or `null`. */
export function currentCaller(): Registration | null {
  for (let s = currentScope(); s !== null; s = s.parent) if (s.owner instanceof Registration) return s.owner;
  return null;
}

/** Returns the names of the modules that are being called, without the outermost. */
function modulePath(): string[] {
  const names: string[] = [];
  for (let s = currentScope(); s !== null; s = s.parent) if (s.kind === "module") names.unshift(s.name);
  return names.slice(1);
}

/** Returns the dotted name of `inner` as a descendant of `outer`, or `null`. */
function nameBelow(outer: Module, inner: Module): string | null {
  for (const [name, module] of outer.namedModules()) if (module === inner) return name;
  return null;
}

const isParameter = (x: unknown): x is Parameter => x instanceof Parameter;

/** Parameters, buffers and submodules that the fields of one module register. */
export class Registration {
  readonly #module: Module;
  readonly #isModule: (x: unknown) => x is Module;
  /** Records among the fields that hold data, which the search skips. */
  readonly #dataRecords = new WeakSet<object>();
  /** Direct submodules, as of the last search. */
  #children: ReadonlyMap<Module, Member<Module>> = new Map();
  /** Names of modules that the module's forward calls and that are not its direct submodules. */
  readonly #otherNames = new WeakMap<Module, string>();
  /** Containers whose parameters have been labelled, with their sizes at that time. */
  readonly #labelled = new WeakMap<object, number>();
  /** Unregistered modules called inside the module; created on the outermost module only. */
  #unregistered: UnregisteredModules | null = null;

  constructor(module: Module, isModule: (x: unknown) => x is Module) {
    this.#module = module;
    this.#isModule = isModule;
  }

  /** The module. */
  get module(): Module {
    return this.#module;
  }

  /** Returns the members that `isWanted` accepts. */
  members<T>(isWanted: (value: unknown) => value is T): Member<T>[] {
    return findMembers(this.#module, isWanted, this.#dataRecords);
  }

  /** Returns the direct submodules. */
  modules(): Member<Module>[] {
    return this.members(this.#isModule);
  }

  /** Returns the module's own parameters, or its own buffers. */
  tensors<T extends Tensor>(kind: abstract new (...args: never[]) => T): Member<T>[] {
    return this.members((x): x is T => x instanceof kind);
  }

  /** Returns the scope name of a module called by this one's forward: its field, or its class if no field registers it. */
  nameOf(inner: Module): string {
    const known = this.#children.get(inner);
    if (known?.isCurrent) return known.name;
    const other = this.#otherNames.get(inner);
    if (other !== undefined) return other;
    // reversed, so that the first of several names wins
    this.#children = new Map(
      this.modules()
        .toReversed()
        .map((member) => [member.value, member]),
    );
    const found = this.#children.get(inner);
    if (found !== undefined) return found.name;
    const name = this.#nameOfOther(inner);
    this.#otherNames.set(inner, name);
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

  /** Labels the module's parameters with their names. Runs at each forward, so containers are searched only when they are new or have changed size. */
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
    for (const { name, value } of this.members(isParameter)) value.label ??= [...modulePath(), name].join(".");
  }
}
