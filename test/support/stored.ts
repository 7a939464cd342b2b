/** Tensors and arguments in the format of the conformance files. */
import { type DType, slice, Tensor, tensor, ValuesIndices, viewAsComplex } from "tapelab";

/** A tensor in a conformance file: its elements as base64 of little-endian bytes. */
export interface StoredTensor {
  readonly tensor: DType;
  readonly shape: readonly number[];
  readonly kind: "f8" | "f4" | "i8" | "i4" | "u1";
  readonly data: string;
}

/** Returns the elements of a stored tensor: of int64 beyond 32 bits as BigInts where a number is not exact, in an array that is typed like the others. */
export function numbers({ kind, data }: StoredTensor): Float64Array | Float32Array | Int32Array | Uint8Array {
  const bytes = Uint8Array.from(Buffer.from(data, "base64"));
  switch (kind) {
    case "i8": {
      const wide = new BigInt64Array(bytes.buffer);
      const isExact = wide.every((v) => Number.isSafeInteger(Number(v)));
      return isExact ? Float64Array.from(wide, Number) : (wide as unknown as Float64Array);
    }
    case "f8":
      return new Float64Array(bytes.buffer);
    case "f4":
      return new Float32Array(bytes.buffer);
    case "i4":
      return new Int32Array(bytes.buffer);
    case "u1":
      return bytes;
  }
}

/** Whether a value of a conformance file is a tensor. */
export const isStored = (x: unknown): x is StoredTensor => typeof x === "object" && x !== null && "tensor" in x;

/** Decodes an argument, with float tensors in the given precision, or as stored for `null`. */
export function decode(value: unknown, precision: DType | null): unknown {
  if (isStored(value)) {
    if (value.tensor.startsWith("complex")) {
      const parts = precision ?? (value.tensor === "complex64" ? "float32" : "float64");
      return viewAsComplex(tensor(numbers(value), { dtype: parts }).reshape([...value.shape, 2])).detach();
    }
    const dtype = value.tensor.startsWith("float") ? (precision ?? value.tensor) : value.tensor;
    return tensor(numbers(value), { dtype }).reshape(value.shape);
  }
  if (Array.isArray(value)) return value.map((v) => decode(v, precision));
  if (typeof value === "object" && value !== null) {
    if ("slice" in value) {
      const [start, stop, step] = value.slice as (number | null)[];
      return slice(start, stop ?? null, step);
    }
    if ("number" in value) return Number(String(value.number).replace("inf", "Infinity"));
  }
  if (value === "complex128") return precision === "float32" ? "complex64" : value;
  return value === "float64" || value === "float32" ? (precision ?? value) : value;
}

/** Whether a tensor of a sample can have a gradient. */
export const isDifferentiable = (x: Tensor): boolean => /^(float|complex)/.test(x.dtype);

/** Returns the float and complex tensors of a value, in order of appearance. */
export const floatsIn = (x: unknown): Tensor[] =>
  x instanceof Tensor ? (isDifferentiable(x) ? [x] : []) : Array.isArray(x) ? x.flatMap(floatsIn) : [];

/** Returns the tensors of a result as a list. */
export function outputsOf(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result];
  return result instanceof ValuesIndices ? [result.values, result.indices] : (result as Tensor[]);
}
