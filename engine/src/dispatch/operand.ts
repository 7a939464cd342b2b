/** What a public function accepts where PyTorch takes a tensor or a number. */

import { runUserCode } from "../tape/graph/user-code.ts";
import { type DType, isFloating } from "../tensor/dtype.ts";
import { DTypeError } from "../tensor/errors.ts";
import { Storage } from "../tensor/storage/storage.ts";
import { Tensor } from "../tensor/tensor.ts";

/** A tensor, or a number or boolean that stands for a scalar of the other operand's kind. */
export type Operand = Tensor | number | boolean;

/** Numbers that were met before; they are never changed. */
const known = new Map<number | boolean, Tensor>();
const mostKnown = 256;

/**
 * Returns a number as a 0-d tensor: exact (float64), but weak in promotion: an integer does not make an int tensor float. Where it does not fit int32, the
 * kernels take it modulo 2³², as PyTorch does.
 */
export function scalar(value: number | boolean): Tensor {
  const before = known.get(value);
  // 0 and -0 are one key
  if (before !== undefined && value !== 0) return before;
  const t = runUserCode([], () => new Tensor(Storage.single("float64", Number(value)), []));
  // a number is the same in inferenceMode
  t.storage.version = 0;
  t.wrapped = typeof value === "boolean" ? "bool" : Number.isSafeInteger(value) ? "int32" : "float32";
  if (known.size === mostKnown) known.clear();
  known.set(value, t);
  return t;
}

export function operand(op: string, x: Operand): Tensor {
  if (x instanceof Tensor) return x;
  if (typeof x === "number" || typeof x === "boolean") return scalar(x);
  throw new DTypeError(op, "expected a tensor or a number", [describe(x)]);
}

export function tensorOnly(op: string, x: Operand): Tensor {
  if (x instanceof Tensor) return x;
  throw new DTypeError(op, "expected a tensor", [describe(x)]);
}

const describe = (x: unknown): string =>
  x === null ? "null" : Array.isArray(x) ? "an array" : typeof x === "object" ? "an object" : typeof x;

/** Refuses whole numbers beyond int32 beside integers, where a number modulo 2³² would not be what is meant. */
export function requireInt32(op: string, dtype: DType, ...numbers: readonly unknown[]): void {
  if (dtype !== "int32") return;
  const beyond = numbers.find((v) => typeof v === "number" && v !== (v | 0));
  if (beyond !== undefined)
    throw new DTypeError(op, "a number beside int32 tensors must fit int32", [`${Number(beyond)}`]);
}

/** Refuses tensors that are not floating. */
export function requireFloat(op: string, dtype: DType): void {
  if (!isFloating(dtype)) throw new DTypeError(op, "expected a float tensor", [`${dtype}; x.to("float32") converts`]);
}

/** Refuses index tensors that are not integers. */
export function requireInteger(op: string, dtype: DType): void {
  if (dtype !== "int32")
    throw new DTypeError(op, "expected an int32 tensor of indices", [`${dtype}; x.to("int32") converts`]);
}
