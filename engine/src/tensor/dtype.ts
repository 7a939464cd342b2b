/** Element types, and how they combine (PyTorch's type promotion, with int32 as the only integer). */

/** Element type of a tensor. `float32` is the default; integers default to `int32`. */
export type DType = "float32" | "float64" | "int32" | "bool";

/** The typed arrays that hold elements; a bool is a byte that is 0 or 1. */
export type NumericArray = Float32Array | Float64Array | Int32Array | Uint8Array;

export const dtypes: readonly DType[] = ["bool", "int32", "float32", "float64"];

export const bytesPerElement: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4, bool: 1 };

/** A new typed array of zeros for the dtype. */
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

/** The dtype that a typed array stands for; `undefined` for arrays that hold no tensor elements. */
export function dtypeOfArray(array: unknown): DType | undefined {
  if (array instanceof Float32Array) return "float32";
  if (array instanceof Float64Array) return "float64";
  if (array instanceof Int32Array || array instanceof Int8Array || array instanceof Int16Array) return "int32";
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray || array instanceof Uint16Array) return "int32";
  return undefined;
}

export const isFloating = (dtype: DType): boolean => dtype === "float32" || dtype === "float64";

/** Orders dtypes as bool < integer < floating: a wider category wins over a wider type. */
export const category = (dtype: DType): number => (dtype === "bool" ? 0 : dtype === "int32" ? 1 : 2);

/** The smallest dtype that both can be cast to. */
export const promoteTypes = (a: DType, b: DType): DType => (dtypes.indexOf(a) >= dtypes.indexOf(b) ? a : b);

/** What promotion needs to know of an operand; `wrapped` is set for a JavaScript number, to the dtype it counts as. */
export interface Promotable {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly wrapped?: DType | null;
}

/**
 * The dtype of an arithmetic result: tensors with dimensions decide, then 0-d tensors, then plain numbers; a weaker
 * group matters only when its category is higher. Source: PyTorch, "Tensor Attributes", type promotion.
 */
export function resultType(operands: readonly Promotable[]): DType {
  const [first] = operands;
  if (operands.length === 2) {
    // a tensor and a number, which are most of what is asked
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

/** The dtype of a result that is always floating, such as `exp` of an integer. */
export const floatResult = (dtype: DType): DType => (isFloating(dtype) ? dtype : "float32");
