/** Operands of public functions: tensors, or numbers that stand for scalars. */

import { runUserCode } from "../tape/graph/user-code.ts";
import { type ComplexNumber, isComplexNumber } from "../tensor/complex.ts";
import { type DType, isFloating, isIndex, isInteger, type NumericArray } from "../tensor/dtype.ts";
import { DTypeError } from "../tensor/errors.ts";
import { iinfo, toInt64 } from "../tensor/limits.ts";
import { simplest } from "../tensor/nested.ts";
import { hasReads, readWith } from "../tensor/reads.ts";
import { Storage } from "../tensor/storage/storage.ts";
import { fromArray, Tensor } from "../tensor/tensor.ts";

/** A tensor, or a number, BigInt, boolean or complex number, which stands for a scalar and promotes weakly. */
export type Operand = Tensor | number | bigint | boolean | ComplexNumber;

/** Scalar tensors of numbers, which are never changed. */
const cached = new Map<number | bigint | boolean, Tensor>();
const cacheSize = 256;

/**
 * Returns a number as a 0-d tensor of float64 that promotes weakly: an integer leaves the dtype of a tensor, and a float makes integers float32. Beside narrower
 * integers the kernels take its low bits, as PyTorch does. A BigInt beyond 2^53 is an int64.
 */
export function scalarTensor(given: number | bigint | boolean): Tensor {
  const value = typeof given === "bigint" ? simplest(given) : given;
  const before = cached.get(value);
  // a Map does not distinguish 0 and -0
  if (before !== undefined && value !== 0) return before;
  const t = runUserCode([], () =>
    typeof value === "bigint"
      ? fromArray(BigInt64Array.of(toInt64("scalar", value)) as unknown as NumericArray, "int64", [])
      : new Tensor(Storage.single("float64", Number(value)), []),
  );
  // a cached scalar must not become an inference tensor
  t.storage.version = 0;
  t.wrapped =
    typeof value === "boolean"
      ? "bool"
      : typeof value === "bigint" || Number.isSafeInteger(value)
        ? "int64"
        : "float32";
  if (hasReads() && typeof value === "number") t.cut = readWith([value]);
  // the same number may come from elsewhere the next time
  if (t.cut !== null) return t;
  if (cached.size === cacheSize) cached.clear();
  cached.set(value, t);
  return t;
}

/** Returns a complex number as a 0-d tensor of complex128 that promotes weakly: a float32 or integer tensor becomes complex64 beside it. */
function complexScalar({ re, im }: ComplexNumber): Tensor {
  const t = fromArray(Float64Array.of(re, im), "complex128", []);
  t.wrapped = "complex64";
  return t;
}

/**
 * Returns the operand as a tensor.
 * @throws DTypeError for anything but tensors, numbers, BigInts and booleans.
 */
export function toOperand(op: string, x: Operand): Tensor {
  if (x instanceof Tensor) return x;
  if (typeof x === "number" || typeof x === "boolean" || typeof x === "bigint") return scalarTensor(x);
  if (isComplexNumber(x)) return complexScalar(x);
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
 * Checks that numbers beside integer tensors fit their dtype, where taking their low bits would be a surprise.
 * @throws DTypeError otherwise.
 */
export function requireFits(op: string, dtype: DType, ...numbers: readonly unknown[]): void {
  if (!isInteger(dtype)) return;
  const { min, max } = iinfo(dtype);
  const fits = (v: unknown): boolean => (typeof v !== "number" && typeof v !== "bigint") || (v >= min && v <= max);
  const beyond = numbers.find((v) => !fits(v));
  if (beyond !== undefined)
    throw new DTypeError(op, `a number beside ${dtype} tensors must fit ${dtype}`, [`${beyond as number | bigint}`]);
}

/**
 * Checks that a dtype is floating.
 * @throws DTypeError otherwise.
 */
export function requireFloat(op: string, dtype: DType): void {
  if (!isFloating(dtype)) throw new DTypeError(op, "expected a float tensor", [`${dtype}; x.to("float32") converts`]);
}

/**
 * Checks that the dtype of an index tensor is int64 or int32.
 * @throws DTypeError otherwise.
 */
export function requireIndices(op: string, dtype: DType): void {
  if (!isIndex(dtype))
    throw new DTypeError(op, "expected an int64 or int32 tensor of indices", [`${dtype}; x.to("int64") converts`]);
}
