/** Element types: a row of `dtypeTable` for each, and PyTorch's type promotion. */
import { bfloat16Encoding, type Encoding, float16Encoding, hasBigInts, int64Encoding } from "./encoding.ts";

/** Element type of a tensor. Numbers are float32 by default, integers that the engine counts (such as indices) int64. */
export type DType =
  | "bool"
  | "uint8"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64"
  | "complex64"
  | "complex128";

/**
 * Typed array of elements: for bool a Uint8Array with elements 0 and 1, for float16 and bfloat16 a Float32Array, for int64 a Float64Array. A Uint16Array holds the bits of
 * float16 and bfloat16. A complex element is two numbers, its real and imaginary part.
 */
export type NumericArray = Float32Array | Float64Array | Int32Array | Int16Array | Int8Array | Uint8Array | Uint16Array;

interface ArrayConstructor {
  new (length: number): NumericArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumericArray;
}

/** The facts about a dtype. */
interface DTypeRow {
  /** 0 for bool, 1 for integers, 2 for floats, 3 for complex numbers. A higher category wins over a wider type. */
  readonly category: number;
  /** Position among the types of one category: the wider of two wins in promotion. */
  readonly width: number;
  readonly bytes: number;
  /** The array of a storage. */
  readonly words: ArrayConstructor;
  readonly wordsPerElement: number;
  /** The array that kernels get. It differs from that of the storage where there is an encoding. */
  readonly elements: ArrayConstructor;
  /** Entries of that array for each element. */
  readonly numbers: number;
  readonly encoding: Encoding | null;
  /** The dtype that kernels see: float16 and bfloat16 are computed in float32. */
  readonly computes: DType;
}

/** Returns the row of a dtype whose elements are numbers in a typed array. */
const plain = (computes: DType, category: number, width: number, bytes: number, array: ArrayConstructor): DTypeRow => ({
  category,
  width,
  bytes,
  words: array,
  wordsPerElement: 1,
  elements: array,
  numbers: 1,
  encoding: null,
  computes,
});

/** Returns the row of a float of 16 bits. */
const half = (encoding: Encoding): DTypeRow => ({
  ...plain("float32", 2, 0, 2, Uint16Array),
  elements: Float32Array,
  encoding,
});

/** Returns the row of a complex dtype, of which an element is two numbers. */
const complex = (dtype: DType, width: number, array: ArrayConstructor): DTypeRow => ({
  ...plain(dtype, 3, width, 8 * (width + 1), array),
  wordsPerElement: 2,
  numbers: 2,
});

const dtypeTable: Readonly<Record<DType, DTypeRow>> = {
  bool: plain("bool", 0, 0, 1, Uint8Array),
  uint8: plain("uint8", 1, 0, 1, Uint8Array),
  int8: plain("int8", 1, 1, 1, Int8Array),
  int16: plain("int16", 1, 2, 2, Int16Array),
  int32: plain("int32", 1, 3, 4, Int32Array),
  int64: {
    ...plain("int64", 1, 4, 8, Int32Array),
    wordsPerElement: 2,
    elements: Float64Array,
    encoding: int64Encoding,
  },
  float16: half(float16Encoding),
  bfloat16: half(bfloat16Encoding),
  float32: plain("float32", 2, 1, 4, Float32Array),
  float64: plain("float64", 2, 2, 8, Float64Array),
  complex64: complex("complex64", 0, Float32Array),
  complex128: complex("complex128", 1, Float64Array),
};

/** All dtypes. */
export const dtypes: readonly DType[] = Object.keys(dtypeTable) as DType[];

const column = <K extends keyof DTypeRow>(key: K): Readonly<Record<DType, DTypeRow[K]>> =>
  Object.fromEntries(dtypes.map((dtype) => [dtype, dtypeTable[dtype][key]])) as Record<DType, DTypeRow[K]>;

export const bytesPerElement: Readonly<Record<DType, number>> = column("bytes");

/** Entries of a storage's array for each element. */
export const wordsPerElement: Readonly<Record<DType, number>> = column("wordsPerElement");

/** Returns the encoding of a dtype whose storages hold other words than elements; `null` for all others. */
export const encodingOf = (dtype: DType): Encoding | null =>
  dtype === "float32" || dtype === "float64" ? null : dtypeTable[dtype].encoding;

/** Returns the dtype that kernels see. */
export const computeDType = (dtype: DType): DType => dtypeTable[dtype].computes;

/** Returns a new typed array of zeros for the elements of a dtype. */
export const newArray = (dtype: DType, length: number): NumericArray =>
  dtype === "float32" ? new Float32Array(length) : new dtypeTable[dtype].elements(length * dtypeTable[dtype].numbers);

/** Returns the zeroed array of a storage. */
export const newWords = (dtype: DType, length: number): NumericArray =>
  dtype === "float32"
    ? new Float32Array(length)
    : new dtypeTable[dtype].words(length * dtypeTable[dtype].wordsPerElement);

/** Returns the array of a storage in the memory of the kernels. */
export const wordsAt = (dtype: DType, buffer: ArrayBufferLike, address: number, length: number): NumericArray =>
  dtype === "float32"
    ? new Float32Array(buffer, address, length)
    : new dtypeTable[dtype].words(buffer, address, length * dtypeTable[dtype].wordsPerElement);

/** Returns elements as the words of a storage. */
export function encodeArray(elements: NumericArray, dtype: DType): NumericArray {
  const encoding = encodingOf(dtype);
  if (encoding === null) return elements;
  const words = newWords(dtype, elements.length);
  encoding.encode(elements, words);
  return words;
}

/** Returns a copy of real elements in another dtype. All but 0 is true in bool; floats lose their fraction in integers. */
export function castArray(from: NumericArray, dtype: DType): NumericArray {
  if (hasBigInts(from)) return castBigInts(from as unknown as BigInt64Array, dtype);
  const out = newArray(dtype, from.length);
  if (isComplex(dtype)) for (let i = 0; i < from.length; i++) out[2 * i] = from[i];
  else if (dtype === "bool") for (let i = 0; i < from.length; i++) out[i] = from[i] !== 0 ? 1 : 0;
  else if (dtype === "int64") for (let i = 0; i < from.length; i++) out[i] = Math.trunc(from[i]) + 0;
  else out.set(from);
  return out;
}

/** Returns integers beyond 2^53 in another dtype; narrower integers keep their low bits. */
function castBigInts(from: BigInt64Array, dtype: DType): NumericArray {
  if (dtype === "int64") return from.slice() as unknown as NumericArray;
  const narrow = category(dtype) === 1;
  const numbers = Float64Array.from(from, (v) => (narrow ? Number(BigInt.asIntN(32, v)) : Number(v)));
  return castArray(numbers, dtype);
}

/** Typed arrays by the name of their class, as they may be those of another realm. */
const arrayDTypes: Readonly<Record<string, DType>> = {
  Float16Array: "float16",
  Float32Array: "float32",
  Float64Array: "float64",
  Int8Array: "int8",
  Uint8Array: "uint8",
  Uint8ClampedArray: "uint8",
  Int16Array: "int16",
  Uint16Array: "int32",
  Int32Array: "int32",
  BigInt64Array: "int64",
};

/** Returns the dtype of a tensor that is created from a typed array, in which all its elements are exact. `undefined` for anything else. */
export const dtypeOfArray = (array: unknown): DType | undefined =>
  ArrayBuffer.isView(array) ? arrayDTypes[Object.prototype.toString.call(array).slice(8, -1)] : undefined;

/** Returns whether the dtype is one of the floats. */
export const isFloating = (dtype: DType): boolean => dtype === "float32" || dtypeTable[dtype].category === 2;

/** Returns whether the dtype is one of the integers, of which bool is none. */
export const isInteger = (dtype: DType): boolean => dtypeTable[dtype].category === 1;

/** Returns whether the dtype is one of those that indices have: int64 and int32. */
export const isIndex = (dtype: DType): boolean => dtype === "int64" || dtype === "int32";

/** Returns whether the dtype is complex64 or complex128. */
export const isComplex = (dtype: DType): boolean => dtype === "complex64" || dtype === "complex128";

/** Returns the dtype of the real and imaginary parts of a complex dtype; any other dtype itself. It is the dtype of storages. */
export const realDType = (dtype: DType): DType =>
  dtype === "complex64" ? "float32" : dtype === "complex128" ? "float64" : dtype;

/** Returns the complex dtype whose parts have a dtype: complex64, but for float64 complex128. */
export const complexDType = (dtype: DType): DType =>
  dtype === "float64" || dtype === "complex128" ? "complex128" : "complex64";

/** Returns whether tensors of the dtype have gradients: whether it is a float or complex. */
export const takesGradients = (dtype: DType): boolean => isFloating(dtype) || isComplex(dtype);

/** Returns the category of a dtype: 0 for bool, 1 for integers, 2 for floats, 3 for complex numbers. A higher category wins over a wider type. */
export const category = (dtype: DType): number => dtypeTable[dtype].category;

/**
 * Returns the smallest dtype to which both can be cast, as PyTorch's `promote_types` does. uint8 and int8 have int16, float16 and bfloat16 have float32; otherwise a
 * float wins over an integer, an integer over bool, and the wider over the narrower; beside a complex dtype a float gives the complex dtype with parts as wide.
 * @example
 * promoteTypes("int32", "float16"); // "float16"
 * promoteTypes("uint8", "int8"); // "int16"
 */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  const [x, z] = [dtypeTable[a], dtypeTable[b]];
  if (x.category === 3 && z.category === 2) return complexDType(promoteTypes(realDType(a), b));
  if (x.category === 2 && z.category === 3) return complexDType(promoteTypes(a, realDType(b)));
  if (x.category !== z.category) return x.category > z.category ? a : b;
  if (x.bytes === z.bytes) return x.category === 1 ? "int16" : "float32";
  return x.width >= z.width ? a : b;
}

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
    if (result === undefined) result = dtype;
    else if (category(dtype) > category(result))
      result = isFloating(result) ? complexDType(result) : promoteTypes(result, dtype);
  }
  return result ?? "float32";
}

/** Returns the dtype of a result that is always a float, such as that of `exp`: float32 for integers and bool. */
export const floatResult = (dtype: DType): DType => (takesGradients(dtype) ? dtype : "float32");

/** Returns the dtype of a sum: int64 for integers and bool. */
export const sumResult = (dtype: DType): DType => (takesGradients(dtype) ? dtype : "int64");
