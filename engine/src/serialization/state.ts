/** Saved values: tensors and plain data, nested in lists and records. */
import { ArgumentError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";

/** A value that can be saved. A field that is `undefined` is left out. */
export type SavedValue =
  | Tensor
  | number
  | bigint
  | string
  | boolean
  | null
  | undefined
  | readonly SavedValue[]
  | { readonly [name: string]: SavedValue };

/** Says where in a value something is. */
const placeOf = (path: readonly (string | number)[]): string =>
  path.length === 0 ? "the value" : `"${path.join(".")}"`;

/** Returns the fields of a record; throws for objects of classes, functions and symbols. */
export function fieldsOf(op: string, value: unknown, path: readonly (string | number)[]): [string, SavedValue][] {
  const prototype: unknown = typeof value === "object" && value !== null ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== Object.prototype && prototype !== null) {
    const what = typeof value === "object" ? `an object of class ${value?.constructor.name}` : `a ${typeof value}`;
    throw new ArgumentError(op, `${placeOf(path)} is ${what}; tensors, numbers, texts, lists and records can be saved`);
  }
  return Object.entries(value as Readonly<Record<string, SavedValue>>).filter(([, v]) => v !== undefined);
}

/** Whether a value is a record of tensors alone, as a module's state dictionary is. */
export const isFlat = (value: unknown): value is Readonly<Record<string, Tensor>> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Tensor) &&
  Object.values(value).every((v) => v instanceof Tensor);

/** Lists that are being walked, in which a value must not contain itself. */
export class Ancestors {
  readonly #open = new Set<unknown>();
  readonly #op: string;

  constructor(op: string) {
    this.#op = op;
  }

  /** Calls `body` while a list or record is open. */
  within<T>(value: object, path: readonly (string | number)[], body: () => T): T {
    if (this.#open.has(value)) throw new ArgumentError(this.#op, `${placeOf(path)} contains itself`);
    this.#open.add(value);
    try {
      return body();
    } finally {
      this.#open.delete(value);
    }
  }
}
