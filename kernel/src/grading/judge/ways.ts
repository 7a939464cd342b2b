/** The ways to functions and objects of a submission: the variables, properties and constructions by which another sandbox of the same submission has them too. */

import { Tensor } from "tapelab";

/** Finds an object in another sandbox. */
export type Way<O> = (other: O) => unknown;

/** The ways by handle. `O` is the other sandbox. */
export class Ways<O> {
  readonly #known = new Map<number, Way<O>>();
  readonly #handleOf: (value: unknown) => number | undefined;

  /** `handleOf` returns the handle of an object of the submission; `undefined` for other values. */
  constructor(handleOf: (value: unknown) => number | undefined) {
    this.#handleOf = handleOf;
  }

  /** Notes a way to a value, unless there is one already, or it is no object of the submission. */
  note(value: unknown, way: Way<O> | null): void {
    const h = this.#handleOf(value);
    if (h !== undefined && way !== null && !this.#known.has(h)) this.#known.set(h, way);
  }

  /** Notes the way to a property of an object. */
  noteProperty(value: unknown, h: number, key: PropertyKey): void {
    const way = this.of(h);
    this.note(value, way === null ? null : (other) => Reflect.get(way(other) as object, key) as unknown);
  }

  /** Notes the way to an object that a class made. */
  noteMade(made: unknown, h: number, args: readonly unknown[]): void {
    const [way, ways] = [this.of(h), this.toAll(args)];
    if (way === null || ways === null) return;
    this.note(made, (other) =>
      Reflect.construct(
        way(other) as new () => object,
        ways.map((each) => each(other)),
      ),
    );
  }

  /** Returns the way to an object by its handle; `null` where none is known. */
  of(h: number): Way<O> | null {
    return this.#known.get(h) ?? null;
  }

  /**
   * Returns the way to a value: for tensors and values that are no objects it is the value itself. `null` for other objects, among them functions of the judge, which
   * another sandbox is not to call.
   */
  to(value: unknown): Way<O> | null {
    if (value instanceof Tensor || value === null || (typeof value !== "object" && typeof value !== "function"))
      return () => value;
    const h = this.#handleOf(value);
    if (h !== undefined) return this.of(h);
    if (!Array.isArray(value)) return null;
    const ways = this.toAll(value);
    return ways === null ? null : (other) => ways.map((way) => way(other));
  }

  /** Returns the ways to all values; `null` where one is not known. */
  toAll(values: readonly unknown[]): Way<O>[] | null {
    const ways = values.flatMap((value) => this.to(value) ?? []);
    return ways.length === values.length ? ways : null;
  }
}
