/** Copies of values as plain data. Each element and property is read once, so that a getter or proxy cannot give one value to a check and another one later. */
import { isComplex } from "../../tensor/dtype.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { get, getPrototypeOf, isArray, isInteger, isView, objectPrototype, ownKeys } from "./builtins.ts";

/** Numbers with a shape: of a tensor, a typed array, nested lists of numbers, or a number. Complex numbers are pairs along a last dimension of 2. */
export interface PlainNumbers {
  readonly kind: "numbers";
  readonly shape: readonly number[];
  readonly values: Float64Array;
  /** Element type of a tensor; `null` for other numbers. */
  readonly dtype: string | null;
  /** The kind of value that was copied, such as `a tensor` or `a list`. */
  readonly noun: string;
}

/** A copy of a value. */
export type Plain =
  | PlainNumbers
  | { readonly kind: "value"; readonly value: string | boolean | bigint | null | undefined }
  | { readonly kind: "list"; readonly items: readonly Plain[] }
  | { readonly kind: "record"; readonly entries: ReadonlyMap<string, Plain> }
  | { readonly kind: "other"; readonly words: string };

const maxElements = 5_000_000;
const maxDepth = 40;

/** Returns a value in a few words, such as `a function`. */
export function wordsOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === "boolean") return `${value}`;
  if (typeof value === "number") return `${value}`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (isArray(value)) return "a list";
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object" ? `an object of class ${name}` : "an object";
}

const numbers = (
  shape: readonly number[],
  values: Float64Array,
  noun: string,
  dtype: string | null = null,
): PlainNumbers => ({ kind: "numbers", shape, values, noun, dtype });

function plainTensor(x: Tensor): PlainNumbers {
  const values = Float64Array.from(contiguousArray(x) as ArrayLike<number>);
  const { dtype } = x;
  const shape = [...x.shape];
  if (isComplex(dtype)) shape[shape.length] = 2;
  return numbers(shape, values, "a tensor", dtype);
}

function plainTyped(x: ArrayLike<unknown>): Plain {
  const length = x.length;
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const v = x[i];
    if (typeof v !== "number") return { kind: "other", words: "an array of big integers" };
    values[i] = v;
  }
  return numbers([length], values, "a typed array");
}

/** Joins items that are numbers of one shape. */
function joined(items: readonly Plain[]): Plain {
  const [first] = items;
  if (first === undefined) return numbers([0], new Float64Array(0), "a list");
  if (first.kind !== "numbers") return { kind: "list", items };
  const { length } = first.values;
  const values = new Float64Array(items.length * length);
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item.kind !== "numbers" || item.shape.length !== first.shape.length) return { kind: "list", items };
    for (let d = 0; d < first.shape.length; d++) if (item.shape[d] !== first.shape[d]) return { kind: "list", items };
    values.set(item.values, i * length);
  }
  return numbers([items.length, ...first.shape], values, first.noun === "a tensor" ? "a list of tensors" : "a list");
}

function plainList(list: readonly unknown[], depth: number): Plain {
  const length: unknown = get(list, "length");
  if (typeof length !== "number" || !isInteger(length) || length < 0 || length > maxElements)
    return { kind: "other", words: "a list without a usable length" };
  const items: Plain[] = [];
  for (let i = 0; i < length; i++) items[i] = plainOf(get(list, i), depth + 1);
  return joined(items);
}

function plainRecord(object: object, depth: number): Plain {
  const prototype = getPrototypeOf(object);
  if (prototype !== objectPrototype && prototype !== null) return { kind: "other", words: wordsOf(object) };
  const entries = new Map<string, Plain>();
  for (const key of ownKeys(object))
    if (typeof key === "string") entries.set(key, plainOf(get(object, key), depth + 1));
  return { kind: "record", entries };
}

/** Copies a value. Lists and records may be nested; functions and objects of classes are only named. */
export function plainOf(value: unknown, depth = 0): Plain {
  switch (typeof value) {
    case "number":
      return numbers([], Float64Array.of(value), "a number");
    case "string":
    case "boolean":
    case "bigint":
    case "undefined":
      return { kind: "value", value };
    case "object":
      break;
    default:
      return { kind: "other", words: wordsOf(value) };
  }
  if (value === null) return { kind: "value", value };
  if (depth > maxDepth) return { kind: "other", words: "an object that is nested too deeply" };
  if (value instanceof Tensor) return plainTensor(value);
  if (isArray(value)) return plainList(value, depth);
  if (isView(value) && !(value instanceof DataView)) return plainTyped(value as unknown as ArrayLike<unknown>);
  return plainRecord(value, depth);
}
