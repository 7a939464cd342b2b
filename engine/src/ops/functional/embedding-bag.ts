/** Sums, means and maxima of bags of rows of a table. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireIndices, requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { ArgumentError, IndexError, ShapeError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { indexAdd, indexSelect } from "../indexing/index-select.ts";
import { max } from "../reduce/max.ts";
import { mean, sum } from "../reduce/sum.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { bagSum } from "./bag-sum.ts";
import { type LookupOptions, lookedUp } from "./lookup.ts";

/** Options of `embeddingBag`. */
export interface EmbeddingBagOptions extends LookupOptions {
  /** Positions in a vector of indices at which bags begin. */
  readonly offsets?: Tensor | null;
  /** Function of the rows of a bag; the mean by default. */
  readonly mode?: "sum" | "mean" | "max";
  /** Whether the gradient of a table that is a leaf is kept as rows, for SGD and SparseAdam. */
  readonly sparse?: boolean;
  /** Factors of the rows, of the shape of the input; for sums alone. */
  readonly perSampleWeights?: Tensor | null;
  /** Whether the last offset is the end of the last bag. */
  readonly includeLastOffset?: boolean;
  /** Row that does not count; a negative index counts from the end. */
  readonly paddingIdx?: number | null;
}

/** The positions of the indices that count, and the bag of each. */
interface Bags {
  readonly kept: readonly number[];
  readonly bagOf: readonly number[];
  readonly count: number;
}

/** Returns the positions at which bags begin, with the number of indices at the end. */
function startsOf(x: Tensor, offsets: Tensor | null, includeLastOffset: boolean): number[] {
  if (x.ndim === 2) {
    if (offsets !== null)
      throw new ArgumentError("embeddingBag", "a matrix of indices has a bag in each row, without offsets");
    const [rows, length] = x.shape;
    return Array.from({ length: rows + 1 }, (_, i) => i * length);
  }
  if (x.ndim !== 1) throw new ShapeError("embeddingBag", "the indices must be a vector or a matrix", [x.shape]);
  if (offsets === null) throw new ArgumentError("embeddingBag", "a vector of indices needs offsets");
  if (offsets.ndim !== 1) throw new ShapeError("embeddingBag", "the offsets must be a vector", [offsets.shape]);
  requireIndices("embeddingBag", offsets.dtype);
  const starts = Array.from(contiguousArray(offsets), Number);
  if (includeLastOffset && starts.length === 0)
    throw new ArgumentError("embeddingBag", "with includeLastOffset there must be at least one offset");
  const n = x.numel();
  const wrong = starts.find((start, i) => start > n || start < (i === 0 ? 0 : starts[i - 1]));
  if (starts.length > 0 && starts[0] !== 0)
    throw new IndexError("embeddingBag", `the first offset must be 0, but got ${starts[0]}`);
  if (wrong !== undefined)
    throw new IndexError("embeddingBag", `the offsets must rise from 0 to at most ${n}, but contain ${wrong}`);
  return includeLastOffset ? starts : [...starts, n];
}

function bagsOf(indices: ArrayLike<number>, starts: readonly number[], padding: number | null): Bags {
  const kept: number[] = [];
  const bagOf: number[] = [];
  for (let bag = 0; bag + 1 < starts.length; bag++)
    for (let k = starts[bag]; k < starts[bag + 1]; k++) {
      if (indices[k] === padding) continue;
      kept.push(k);
      bagOf.push(bag);
    }
  return { kept, bagOf, count: starts.length - 1 };
}

const indexOf = (list: readonly number[], like: Tensor): Tensor =>
  fromArray(Int32Array.from(list), "int32", [list.length]).to(like.dtype === "int64" ? "int64" : "int32");

/** Returns the maximum of each bag in each column, 0 for empty bags. The first of equal elements gets the gradient. */
function maxima(rows: Tensor, { bagOf, count }: Bags): Tensor {
  const width = rows.shape[1];
  const sizes = new Int32Array(count);
  for (const bag of bagOf) sizes[bag]++;
  const longest = sizes.reduce((a, b) => Math.max(a, b), 0);
  if (longest === 0) return zeros([count, width], { dtype: rows.dtype });
  // a matrix of the rows of each bag, filled up with its first row
  const at = new Int32Array(count * longest);
  const used = new Int32Array(count);
  for (const [k, bag] of bagOf.entries()) {
    if (used[bag] === 0) at.fill(k, bag * longest, (bag + 1) * longest);
    at[bag * longest + used[bag]++] = k;
  }
  const lines = indexSelect(rows, 0, fromArray(at, "int32", [count * longest]));
  const isEmpty = fromArray(
    Uint8Array.from(sizes, (size) => (size === 0 ? 1 : 0)),
    "bool",
    [count, 1],
  );
  return where(isEmpty, 0, max(reshape(lines, [count, longest, width]), 1).values);
}

/** Returns the row of the table that does not count. */
function paddingOf(paddingIdx: number | null, entries: number): number | null {
  if (paddingIdx === null) return null;
  const padding = paddingIdx < 0 ? paddingIdx + entries : paddingIdx;
  if (!(padding >= 0 && padding < entries))
    throw new IndexError("embeddingBag", `paddingIdx must be a row of the table of ${entries}, but got ${paddingIdx}`);
  return padding;
}

/**
 * Returns the mean, sum or maximum of each bag of rows of a table [entries, width], one bag for each row of a matrix of indices, or for each offset of a vector of them: [bags, width]. Bags
 * without rows give 0. Of equal maxima the first gets the gradient. With `maxNorm`, rows of a larger norm are scaled down in place first, as in PyTorch.
 * @throws IndexError for an index or an offset out of range; ShapeError for wrong shapes; DTypeError for indices that are not integers; ArgumentError for offsets of a matrix, none of a vector, an
 * unknown mode, weights for another mode than `"sum"`, and `scaleGradByFreq` for maxima.
 * @example
 * const table = tensor([[1, 2], [3, 4], [5, 6]]);
 * embeddingBag(tensor([[0, 1], [2, 2]], { dtype: "int32" }), table).toArray(); // [[2, 3], [5, 6]]
 */
export const embeddingBag: (
  input: Tensor,
  weight: Tensor,
  offsets?: Tensor | null | EmbeddingBagOptions,
  options?: Omit<EmbeddingBagOptions, "offsets">,
) => Tensor = defineComposite(
  {
    name: "embeddingBag",
    torch: "nn.functional.embedding_bag",
    access: "function",
    signature:
      'input, weight, offsets=null, maxNorm=null, normType=2, scaleGradByFreq=false, mode="mean", sparse=false, perSampleWeights=null, includeLastOffset=false, paddingIdx=null',
    dims: "input: bags indices | indices; weight: entries width",
    tex: "y_b = \\textstyle\\sum_{i \\in b} p_i w_{k_i}",
    samples: (r) => [
      { input: r.integers([2, 3], 0, 4), weight: r.normal([4, 2]) },
      {
        input: r.integers([5], 0, 3),
        weight: r.normal([4, 2]),
        offsets: r.integers([1], 0, 1),
        mode: "sum",
        perSampleWeights: r.normal([5]),
        paddingIdx: -1,
      },
      { input: r.integers([4], 0, 4), weight: r.distinct([4, 3]), offsets: r.integers([1], 0, 1), mode: "max" },
      {
        input: r.integers([1, 1], 0, 4),
        weight: r.normal([4, 2]),
        maxNorm: 100,
        normType: 3,
        scaleGradByFreq: true,
        sparse: true,
      },
      {
        input: r.integers([0], 0, 4),
        weight: r.normal([4, 2]),
        offsets: r.integers([2], 0, 1),
        includeLastOffset: true,
      },
    ],
  },
  (
    input: Tensor,
    weight: Tensor,
    first: Tensor | null | EmbeddingBagOptions = null,
    rest: Omit<EmbeddingBagOptions, "offsets"> = {},
  ): Tensor => {
    const [x, table] = [requireTensor("embeddingBag", input), requireTensor("embeddingBag", weight)];
    const options = first === null || first instanceof Tensor ? { ...rest, offsets: first } : { ...rest, ...first };
    const { offsets = null, mode = "mean", sparse = false, perSampleWeights = null } = options;
    const { includeLastOffset = false, paddingIdx = null, ...lookup } = options;
    requireIndices("embeddingBag", x.dtype);
    if (table.ndim !== 2)
      throw new ShapeError("embeddingBag", "the weight must be a table [entries, width]", [table.shape]);
    if (!["sum", "mean", "max"].includes(mode))
      throw new ArgumentError("embeddingBag", `mode must be "sum", "mean" or "max", but got ${JSON.stringify(mode)}`);
    if (mode === "max" && lookup.scaleGradByFreq === true)
      throw new ArgumentError("embeddingBag", "scaleGradByFreq is not supported for maxima");
    if (perSampleWeights !== null && mode !== "sum")
      throw new ArgumentError("embeddingBag", `perSampleWeights need the mode "sum", but got ${JSON.stringify(mode)}`);
    if (perSampleWeights !== null && String(perSampleWeights.shape) !== String(x.shape))
      throw new ShapeError("embeddingBag", "perSampleWeights must have the shape of the input", [
        perSampleWeights.shape,
        x.shape,
      ]);
    const flat = reshape(x, [x.numel()]);
    const isWhole = x.ndim === 2 && x.numel() > 0 && offsets === null && paddingIdx === null;
    if (isWhole && mode !== "max" && perSampleWeights === null) {
      // bags of one size are the rows of a matrix
      const isPlain = !sparse && (lookup.maxNorm ?? null) === null && lookup.scaleGradByFreq !== true;
      if (isPlain) return bagSum(table, x, mode === "mean");
      const bags = reshape(lookedUp(table, flat, sparse, lookup), [...x.shape, table.shape[1]]);
      return mode === "sum" ? sum(bags, 1) : mean(bags, 1);
    }
    const starts = startsOf(x, offsets, includeLastOffset);
    const bags = bagsOf(contiguousArray(flat), starts, paddingOf(paddingIdx, table.shape[0]));
    const kept = indexOf(bags.kept, x);
    const rows = lookedUp(table, indexSelect(flat, 0, kept), sparse, lookup);
    if (mode === "max") return maxima(rows, bags);
    const factors = perSampleWeights === null ? null : indexSelect(reshape(perSampleWeights, [x.numel()]), 0, kept);
    const terms = factors === null ? rows : mul(rows, unsqueeze(factors, 1));
    const empty = zeros([bags.count, table.shape[1]], { dtype: terms.dtype });
    const sums = indexAdd(empty, 0, indexOf(bags.bagOf, x), terms);
    if (mode === "sum") return sums;
    const counts = new Float64Array(bags.count);
    for (const bag of bags.bagOf) counts[bag]++;
    return div(
      sums,
      fromArray(
        counts.map((n) => Math.max(n, 1)),
        "float64",
        [bags.count, 1],
      ).to(sums.dtype),
    );
  },
);
