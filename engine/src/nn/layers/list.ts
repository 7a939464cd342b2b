/** The part that lists of modules share: elements by index, and changes of the list. */

import { ArgumentError, IndexError } from "../../tensor/errors.ts";
import { Module } from "../base/module.ts";

/** Refuses a call of a container that has no forward. */
export function withoutForward(module: Module): never {
  throw new ArgumentError(
    module.constructor.name,
    "this container has no forward; the module that holds it calls its elements",
  );
}

/** A module whose fields 0, 1, … are modules. */
export abstract class List<M extends Module> extends Module {
  [index: number]: M;
  constructor(modules: Iterable<M>) {
    super();
    this.extend(modules);
  }
  /** Number of modules. */
  get length(): number {
    let n = 0;
    while (this[n] !== undefined) n++;
    return n;
  }
  /** Returns the module at an index, counted from the end if negative, or `undefined`. */
  at(i: number): M | undefined {
    return [...this].at(i);
  }
  /** Adds a module to the end, and returns the list. */
  append(module: M): this {
    this[this.length] = module;
    return this;
  }
  /** Adds modules to the end, and returns the list. */
  extend(modules: Iterable<M>): this {
    for (const module of modules) this.append(module);
    return this;
  }
  /**
   * Inserts a module before the one at an index, counted from the end if negative, and returns the list.
   * @throws IndexError for an index out of range.
   */
  insert(i: number, module: M): this {
    const { length } = this;
    if (!Number.isInteger(i) || i < -length || i > length)
      throw new IndexError(this.constructor.name, `index ${i} is out of range for ${length} modules`);
    this.#assign([...this].toSpliced(i, 0, module));
    return this;
  }
  /**
   * Removes the module at an index, by default the last one, and returns it.
   * @throws IndexError for an index out of range.
   */
  pop(i = -1): M {
    const removed = this.at(i);
    if (removed === undefined)
      throw new IndexError(this.constructor.name, `index ${i} is out of range for ${this.length} modules`);
    this.#assign([...this].toSpliced(i, 1));
    return removed;
  }
  #assign(modules: readonly M[]): void {
    const { length } = this;
    for (let i = 0; i < Math.max(length, modules.length); i++)
      if (i < modules.length) this[i] = modules[i];
      else Reflect.deleteProperty(this, i);
  }
  *[Symbol.iterator](): IterableIterator<M> {
    for (let i = 0; this[i] !== undefined; i++) yield this[i];
  }
}
