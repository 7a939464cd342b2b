/** Distinct elements, and distinct slices of a dimension. */
import { defineFunction } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { type DType, isInteger, type NumericArray, newArray } from "../../tensor/dtype.ts";
import { hasBigInts } from "../../tensor/encoding.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { nonzeroPositions } from "../indexing/positions.ts";
import { movedim } from "../shape/movedim.ts";
import { ranker } from "./rank.ts";

/** Options of `uniqueConsecutive`. */
export interface UniqueConsecutiveOptions {
  /** Whether the indices of the input's elements among the distinct ones are returned too. */
  readonly returnInverse?: boolean;
  /** Whether the number of occurrences of each distinct element is returned too. */
  readonly returnCounts?: boolean;
  /** The dimension whose slices are compared as a whole; `null` compares single elements. */
  readonly dim?: number | null;
}

/** Options of `unique`. */
export interface UniqueOptions extends UniqueConsecutiveOptions {
  /** Whether the elements are sorted. They always are. */
  readonly sorted?: boolean;
}

/** Options with which the distinct elements alone are returned. */
interface ValuesAlone {
  readonly returnInverse?: false;
  readonly returnCounts?: false;
}

/** The elements that are compared: `count` slices of `size` elements each. */
interface Slices {
  readonly elements: NumericArray;
  readonly count: number;
  readonly size: number;
}

/** Whether a comes behind b in ascending order, where NaN is the largest. */
const isAbove = (a: number, b: number): boolean => a > b || (Number.isNaN(a) && !Number.isNaN(b));

/** Compares two slices by their first elements that differ. */
function compare({ elements, size }: Slices, i: number, j: number): number {
  for (let e = 0; e < size; e++) {
    const [a, b] = [elements[i * size + e], elements[j * size + e]];
    if (isAbove(a, b)) return 1;
    if (isAbove(b, a)) return -1;
  }
  return 0;
}

/** Whether two slices are equal. NaN differs from itself. */
function isSame({ elements, size }: Slices, i: number, j: number): boolean {
  for (let e = 0; e < size; e++) if (elements[i * size + e] !== elements[j * size + e]) return false;
  return true;
}

/** Returns the positions of the slices in ascending order. */
function sortedOrder(slices: Slices): Int32Array {
  const order = Int32Array.from({ length: slices.count }, (_, i) => i);
  if (slices.size !== 1) return order.sort((i, j) => compare(slices, i, j) || i - j);
  ranker(slices.elements, slices.count, false)(order, 0, 1);
  return order;
}

/** Returns the slices of a dimension, or the elements. */
function slicesOf(op: string, x: Tensor, dim: number | null): Slices {
  if (dim === null) return { elements: contiguousArray(x), count: x.numel(), size: 1 };
  const count = x.shape[dim];
  if (x.numel() === 0 && count > 0)
    throw new ShapeError(op, "another dimension than that of the slices has no elements", [x.shape]);
  return { elements: contiguousArray(movedim(x, dim, 0)), count, size: count === 0 ? 0 : x.numel() / count };
}

/** The distinct slices: their elements, and where they are wanted the index of each slice among them, and their counts. */
interface Distinct {
  readonly values: NumericArray;
  readonly inverse: Int32Array | null;
  readonly counts: Int32Array | null;
}

/** Returns the distinct slices that follow each other in an order, or in that of the input if it is `null`. */
function distinct(slices: Slices, order: Int32Array | null, wanted: UniqueConsecutiveOptions): Distinct {
  const { elements, count, size } = slices;
  const inverse = wanted.returnInverse === true ? new Int32Array(count) : null;
  const starts = new Int32Array(count + 1);
  const values = elements.slice();
  let found = 0;
  for (let k = 0; k < count; k++) {
    const i = order === null ? k : order[k];
    const before = k === 0 ? -1 : order === null ? k - 1 : order[k - 1];
    const isNew = before < 0 || (size === 1 ? elements[i] !== elements[before] : !isSame(slices, i, before));
    if (isNew) {
      if (size === 1) values[found] = elements[i];
      else for (let e = 0; e < size; e++) values[found * size + e] = elements[i * size + e];
      starts[found++] = k;
    }
    if (inverse !== null) inverse[i] = found - 1;
  }
  starts[found] = count;
  const counts = wanted.returnCounts === true ? starts.slice(1, found + 1) : null;
  counts?.forEach((end, i) => {
    counts[i] = end - starts[i];
  });
  return { values: values.slice(0, found * size), inverse, counts };
}

/** Returns the elements that differ from the one before. The next place is written in any case, as a branch would be predicted badly. */
function consecutive(elements: NumericArray): NumericArray {
  const values = elements.slice();
  let found = 0;
  for (let i = 0; i < elements.length; i++) {
    values[found] = elements[i];
    found += +(i + 1 === elements.length || elements[i] !== elements[i + 1]);
  }
  return values.slice(0, found);
}

/** Integers whose range is at most so many times their number are counted instead of sorted. */
const mostRange = 4;

/** Returns the distinct ones of integers in a small range, by counting each; `null` for others. */
function counted({ elements, count, size }: Slices, dtype: DType, wanted: UniqueConsecutiveOptions): Distinct | null {
  if (size !== 1 || count === 0 || !isInteger(dtype) || hasBigInts(elements)) return null;
  let [low, high] = [elements[0], elements[0]];
  for (let i = 1; i < count; i++) {
    if (elements[i] < low) low = elements[i];
    if (elements[i] > high) high = elements[i];
  }
  if (high - low > mostRange * count) return null;
  const occurrences = new Int32Array(high - low + 1);
  for (let i = 0; i < count; i++) occurrences[elements[i] - low]++;
  const present = nonzeroPositions(occurrences, "int32");
  const values = newArray(dtype, present.length);
  for (let k = 0; k < present.length; k++) values[k] = low + present[k];
  const counts = wanted.returnCounts === true ? present.map((v) => occurrences[v]) : null;
  if (wanted.returnInverse !== true) return { values, inverse: null, counts };
  for (let k = 0; k < present.length; k++) occurrences[present[k]] = k;
  const inverse = new Int32Array(count);
  for (let i = 0; i < count; i++) inverse[i] = occurrences[elements[i] - low];
  return { values, inverse, counts };
}

/** Returns the tensor of the distinct elements, or slices of a dimension, alone or in a list with their indices and counts. */
function result(
  x: Tensor,
  dim: number | null,
  count: number,
  { values, inverse, counts }: Distinct,
): Tensor | readonly Tensor[] {
  const size = dim === null || count === 0 ? 1 : x.numel() / count;
  const found = size === 0 ? 0 : values.length / size;
  const shape = dim === null ? [found] : [found, ...x.shape.toSpliced(dim, 1)];
  const all = fromArray(values, x.dtype, shape);
  const distinctOnes = dim === null ? all : movedim(all, 0, dim).contiguous();
  if (inverse === null && counts === null) return distinctOnes;
  return [
    distinctOnes,
    ...(inverse === null ? [] : [fromArray(inverse, "int64", dim === null ? x.shape : [count])]),
    ...(counts === null ? [] : [fromArray(counts, "int64", [counts.length])]),
  ];
}

defineFunction(
  {
    name: "unique",
    torch: "unique",
    access: "method",
    signature: "input, sorted=true, returnInverse=false, returnCounts=false, dim=null",
    tex: "\\{x_i\\}",
    samples: (r) => [
      { input: r.integers([6], 0, 4) },
      { input: r.integers([2, 3], 0, 4), sorted: false, returnInverse: true, returnCounts: true },
      { input: r.integers([2, 5], 0, 2), dim: 1 },
    ],
  },
  unique,
);

/**
 * Returns the distinct elements of the tensor in ascending order, as a vector; with `returnInverse` and `returnCounts` a list of them, the indices (int64) of the
 * input's elements among them, and the numbers (int64) of their occurrences. With `dim` it compares slices of that dimension. Each NaN is distinct.
 * @throws IndexError for a dimension out of range; ShapeError for slices without elements.
 * @example
 * unique(tensor([3, 1, 3])).toArray(); // [1, 3]
 * unique(tensor([[1, 2, 1], [5, 6, 5]]), { dim: 1 }).toArray(); // [[1, 2], [5, 6]]
 */
export function unique(input: Tensor, options?: UniqueOptions & ValuesAlone): Tensor;
export function unique(input: Tensor, options: UniqueOptions): Tensor | readonly Tensor[];
export function unique(input: Tensor, options: UniqueOptions = {}): Tensor | readonly Tensor[] {
  const x = requireTensor("unique", input);
  const dim = options.dim === undefined || options.dim === null ? null : normalizeDim("unique", options.dim, x.ndim);
  const slices = slicesOf("unique", x, dim);
  const found =
    (dim === null ? counted(slices, x.dtype, options) : null) ?? distinct(slices, sortedOrder(slices), options);
  return result(x, dim, slices.count, found);
}

defineFunction(
  {
    name: "uniqueConsecutive",
    torch: "unique_consecutive",
    access: "method",
    signature: "input, returnInverse=false, returnCounts=false, dim=null",
    tex: "(x_i : x_i \\ne x_{i-1})",
    samples: (r) => [
      { input: r.integers([6], 0, 2) },
      { input: r.integers([2, 3], 0, 2), returnInverse: true, returnCounts: true },
      { input: r.integers([2, 5], 0, 2), dim: 1 },
    ],
  },
  uniqueConsecutive,
);

/**
 * Returns the elements that differ from the one before, in row-major order, as a vector; with `returnInverse` and `returnCounts` a list of them, the indices (int64) of
 * the input's elements among them, and the lengths (int64) of the runs. With `dim` it compares slices of that dimension. Each NaN is distinct.
 * @throws IndexError for a dimension out of range; ShapeError for slices without elements.
 * @example uniqueConsecutive(tensor([1, 1, 2, 2, 1])).toArray(); // [1, 2, 1]
 */
export function uniqueConsecutive(input: Tensor, options?: UniqueConsecutiveOptions & ValuesAlone): Tensor;
export function uniqueConsecutive(input: Tensor, options: UniqueConsecutiveOptions): Tensor | readonly Tensor[];
export function uniqueConsecutive(input: Tensor, options: UniqueConsecutiveOptions = {}): Tensor | readonly Tensor[] {
  const op = "uniqueConsecutive";
  const x = requireTensor(op, input);
  const dim = options.dim === undefined || options.dim === null ? null : normalizeDim(op, options.dim, x.ndim);
  const slices = slicesOf(op, x, dim);
  const isPlain = dim === null && options.returnInverse !== true && options.returnCounts !== true;
  const found = isPlain
    ? { values: consecutive(slices.elements), inverse: null, counts: null }
    : distinct(slices, null, options);
  return result(x, dim, slices.count, found);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the distinct elements in ascending order, or the distinct slices of a dimension. */
    unique(options?: UniqueOptions & ValuesAlone): Tensor;
    /** Returns the distinct elements, with their indices and counts. */
    unique(options: UniqueOptions): Tensor | readonly Tensor[];
    /** Returns the elements that differ from the one before, or such slices of a dimension. */
    uniqueConsecutive(options?: UniqueConsecutiveOptions & ValuesAlone): Tensor;
    /** Returns the elements that differ from the one before, with their indices and the lengths of the runs. */
    uniqueConsecutive(options: UniqueConsecutiveOptions): Tensor | readonly Tensor[];
  }
}
