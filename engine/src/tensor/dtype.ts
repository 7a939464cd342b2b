/** Element types and PyTorch's type promotion, with int32 as the only integer type. */

/** Element type of a tensor. Numbers are float32 by default, integers that the engine counts (such as indices) int32. */
export type DType = "float32" | "float64" | "int32" | "bool";

/** Typed array of elements: Float32Array, Float64Array, Int32Array, or for bool Uint8Array with elements 0 and 1. */
export type NumericArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** All dtypes, in the order of promotion. */
export const dtypes: readonly DType[] = ["bool", "int32", "float32", "float64"];

export const bytesPerElement: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4, bool: 1 };

/** Returns a new typed array of zeros for the dtype. */
export function newArray(dtype: DType, length: number): NumericArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(length);
    case "float64":
      return new Float64Array(length);
    case "int32":
      return new Int32Array(length);
    case "bool":
      return new Uint8Array(length);
  }
}

/** Returns a copy of the elements in another dtype. All but 0 is true in bool; floats lose their fraction in int32. */
export function castArray(from: NumericArray, dtype: DType): NumericArray {
  const out = newArray(dtype, from.length);
  if (dtype === "bool") for (let i = 0; i < from.length; i++) out[i] = from[i] !== 0 ? 1 : 0;
  else out.set(from);
  return out;
}

/** Returns the dtype of a tensor that is created from a typed array: int32 for arrays of integers. `undefined` for anything else. */
export function dtypeOfArray(array: unknown): DType | undefined {
  if (array instanceof Float32Array) return "float32";
  if (array instanceof Float64Array) return "float64";
  if (array instanceof Int32Array || array instanceof Int8Array || array instanceof Int16Array) return "int32";
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray || array instanceof Uint16Array) return "int32";
  return undefined;
}

/** Returns whether the dtype is float32 or float64. */
export const isFloating = (dtype: DType): boolean => dtype === "float32" || dtype === "float64";

/** Returns the category of a dtype: 0 for bool, 1 for integers, 2 for floats. A higher category wins over a wider type. */
export const category = (dtype: DType): number => (dtype === "bool" ? 0 : dtype === "int32" ? 1 : 2);

/**
 * Returns the smallest dtype to which both can be cast, in the order bool, int32, float32, float64.
 * @example promoteTypes("int32", "float32"); // "float32"
 */
export const promoteTypes = (a: DType, b: DType): DType => (dtypes.indexOf(a) >= dtypes.indexOf(b) ? a : b);

/** An operand in type promotion. */
export interface Promotable {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** For a JavaScript number: the dtype that it has in type promotion. */
  readonly wrapped?: DType | null;
}

/**
 * Returns the dtype of an arithmetic result. Tensors with dimensions decide, then 0-d tensors, then JavaScript numbers: a later group counts only
 * when its category is higher. Source: PyTorch, "Tensor Attributes", type promotion.
 */
export function resultType(operands: readonly Promotable[]): DType {
  const [first] = operands;
  if (operands.length === 2) {
    // fast path for two tensors of one dtype, and for a tensor and a number
    const second = operands[1];
    const [weak, other] = [second.wrapped ?? null, first.wrapped ?? null];
    if (weak === null && other === null && first.dtype === second.dtype) return first.dtype;
    if (weak !== null && other === null && category(weak) <= category(first.dtype)) return first.dtype;
  }
  if (operands.every((o) => o.dtype === first.dtype && (o.wrapped ?? null) === null)) return first.dtype;
  const groups: (DType | undefined)[] = [undefined, undefined, undefined];
  for (const operand of operands) {
    const weak = operand.wrapped ?? null;
    const g = weak !== null ? 2 : operand.shape.length === 0 ? 1 : 0;
    const dtype = weak ?? operand.dtype;
    const seen = groups[g];
    groups[g] = seen === undefined ? dtype : promoteTypes(seen, dtype);
  }
  let result: DType | undefined;
  for (const dtype of groups) {
    if (dtype === undefined) continue;
    if (result === undefined || category(dtype) > category(result)) result = dtype;
  }
  return result ?? "float32";
}

/** Returns the dtype of a result that is always a float, such as that of `exp`: float32 for integers and bool. */
export const floatResult = (dtype: DType): DType => (isFloating(dtype) ? dtype : "float32");
