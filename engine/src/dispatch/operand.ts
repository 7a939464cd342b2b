/** Operands of public functions: tensors, or numbers that stand for scalars. */

import { runUserCode } from "../tape/graph/user-code.ts";
import { type DType, isFloating } from "../tensor/dtype.ts";
import { DTypeError } from "../tensor/errors.ts";
import { Storage } from "../tensor/storage/storage.ts";
import { Tensor } from "../tensor/tensor.ts";

/** A tensor, or a number or boolean, which stands for a scalar and promotes weakly. */
export type Operand = Tensor | number | boolean;

/** Scalar tensors of numbers, which are never changed. */
const cached = new Map<number | boolean, Tensor>();
const cacheSize = 256;

/**
 * Returns a number as a 0-d tensor of float64 that promotes weakly: an integer leaves the dtype of a tensor, and a float makes integers float32. Beside int32
 * tensors the kernels take it modulo 2³², as PyTorch does.
 */
export function scalarTensor(value: number | boolean): Tensor {
  const before = cached.get(value);
  // a Map does not distinguish 0 and -0
  if (before !== undefined && value !== 0) return before;
  const t = runUserCode([], () => new Tensor(Storage.single("float64", Number(value)), []));
  // a cached scalar must not become an inference tensor
  t.storage.version = 0;
  t.wrapped = typeof value === "boolean" ? "bool" : Number.isSafeInteger(value) ? "int32" : "float32";
  if (cached.size === cacheSize) cached.clear();
  cached.set(value, t);
  return t;
}

/**
 * Returns the operand as a tensor.
 * @throws DTypeError for anything but tensors, numbers and booleans.
 */
export function toOperand(op: string, x: Operand): Tensor {
  if (x instanceof Tensor) return x;
  if (typeof x === "number" || typeof x === "boolean") return scalarTensor(x);
  throw new DTypeError(op, "expected a tensor or a number", [describe(x)]);
}

/**
 * Returns the operand, which must be a tensor.
 * @throws DTypeError otherwise.
 */
export function requireTensor(op: string, x: Operand): Tensor {
  if (x instanceof Tensor) return x;
  throw new DTypeError(op, "expected a tensor", [describe(x)]);
}

const describe = (x: unknown): string =>
  x === null ? "null" : Array.isArray(x) ? "an array" : typeof x === "object" ? "an object" : typeof x;

/**
 * Checks that numbers beside int32 tensors fit int32, where taking them modulo 2³² would be a surprise.
 * @throws DTypeError otherwise.
 */
export function requireInt32(op: string, dtype: DType, ...numbers: readonly unknown[]): void {
  if (dtype !== "int32") return;
  const beyond = numbers.find((v) => typeof v === "number" && v !== (v | 0));
  if (beyond !== undefined)
    throw new DTypeError(op, "a number beside int32 tensors must fit int32", [`${Number(beyond)}`]);
}

/**
 * Checks that a dtype is floating.
 * @throws DTypeError otherwise.
 */
export function requireFloat(op: string, dtype: DType): void {
  if (!isFloating(dtype)) throw new DTypeError(op, "expected a float tensor", [`${dtype}; x.to("float32") converts`]);
}

/**
 * Checks that the dtype of an index tensor is int32.
 * @throws DTypeError otherwise.
 */
export function requireInteger(op: string, dtype: DType): void {
  if (dtype !== "int32")
    throw new DTypeError(op, "expected an int32 tensor of indices", [`${dtype}; x.to("int32") converts`]);
}
