/** Reductions of consecutive segments of a dimension. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireIndices, requireTensor } from "../../dispatch/operand.ts";
import { full } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { normalizeDim, type Shape, sizeOf } from "../../tensor/shape.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { gt, lt } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { indexAdd, indexSelect } from "../indexing/index-select.ts";
import { scatterReduce } from "../indexing/scatter-reduce.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";

/** Options of `segmentReduce`, of which lengths or offsets are given. */
export interface SegmentReduceOptions {
  /** Sizes of the segments [..., S], with the dimensions of the data up to `axis`. */
  readonly lengths?: Tensor | null;
  /** Positions at which segments begin, and the end of the last one: [..., S + 1]. */
  readonly offsets?: Tensor | null;
  /** Dimension that is reduced; 0 by default. */
  readonly axis?: number;
  /** Whether to leave out the check that the segments cover the dimension. */
  readonly unsafe?: boolean;
  /** Value that each segment begins with. */
  readonly initial?: number | null;
}

type Reduction = "sum" | "mean" | "max" | "amax" | "min" | "amin" | "prod";

/** The value of a segment without elements; for the mean that of its sum. */
const neutral: Readonly<Record<Reduction, number>> = {
  sum: 0,
  mean: 0,
  max: -Infinity,
  amax: -Infinity,
  min: Infinity,
  amin: Infinity,
  prod: 1,
};

/** Returns the lengths of the segments as a list, and the shape of the tensor that gives them. */
function lengthsOf({ lengths = null, offsets = null }: SegmentReduceOptions): readonly [number[], Shape] {
  const given = lengths ?? offsets;
  if (given === null) throw new ArgumentError("segmentReduce", "either lengths or offsets must be given");
  requireIndices("segmentReduce", given.dtype);
  const list = Array.from(contiguousArray(given), Number);
  if (lengths !== null) return [list, given.shape];
  const width = given.shape.at(-1) ?? 0;
  const ends = list.flatMap((end, i) => (i % width === 0 ? [] : [end - list[i - 1]]));
  return [ends, [...given.shape.slice(0, -1), width - 1]];
}

/** Returns the positions of the elements in segments, and the segment of each, for data of `n` elements along the dimension. */
function membersOf(lengths: readonly number[], segments: number, n: number, unsafe: boolean): [number[], number[]] {
  const [positions, segmentOf]: [number[], number[]] = [[], []];
  for (let row = 0; row * segments < lengths.length; row++) {
    let at = 0;
    for (let s = row * segments; s < (row + 1) * segments; s++) {
      if (lengths[s] < 0)
        throw new ArgumentError("segmentReduce", `lengths must not be negative, but got ${lengths[s]}`);
      for (let k = 0; k < lengths[s] && at < n; k++, at++) {
        positions.push(row * n + at);
        segmentOf.push(s);
      }
    }
    const total = lengths.slice(row * segments, (row + 1) * segments).reduce((a, b) => a + b, 0);
    if (total !== n && (!unsafe || total > n))
      throw new ArgumentError(
        "segmentReduce",
        `the lengths must sum to the ${n} elements of the dimension, not ${total}`,
      );
  }
  return [positions, segmentOf];
}

const vector = (list: readonly number[]): Tensor => fromArray(Int32Array.from(list), "int32", [list.length]);

/**
 * Returns the sum, mean, product, maximum or minimum of each segment of `axis`, given by lengths or offsets. A segment without elements gives `initial`, or 0, NaN, 1, -∞ or ∞. Equal extremes share
 * the gradient.
 * @throws ArgumentError for an unknown reduction, for neither lengths nor offsets, and for segments that do not cover the dimension, unless `unsafe`; ShapeError for lengths of another shape than the
 * dimensions up to `axis`; DTypeError for data that are not floats, and for lengths that are not integers.
 * @example segmentReduce(tensor([1, 2, 3]), "sum", { lengths: tensor([2, 1], { dtype: "int32" }) }).toArray(); // [3, 3]
 */
export const segmentReduce: (data: Tensor, reduce: Reduction, options?: SegmentReduceOptions) => Tensor =
  defineComposite(
    {
      name: "segmentReduce",
      torch: "segment_reduce",
      aliases: ["_segment_reduce"],
      access: "function",
      signature: "data, reduce, lengths=null, offsets=null, axis=0, unsafe=false, initial=null",
      tex: "y_s = \\textstyle\\sum_{i \\in s} x_i",
      samples: (r) => [
        { data: r.normal([4, 2]), reduce: "mean", lengths: vector([1, 0, 3]), initial: 0.5 },
        {
          data: r.distinct([2, 3]),
          reduce: "max",
          offsets: reshape(vector([0, 1, 2, 0, 2, 3]), [2, 3]),
          axis: 1,
          unsafe: true,
        },
        { data: r.normal([3]), reduce: "prod", lengths: vector([3]) },
      ],
    },
    (data: Tensor, reduce: Reduction, options: SegmentReduceOptions = {}): Tensor => {
      const x = requireTensor("segmentReduce", data);
      const { axis = 0, unsafe = false, initial = null } = options;
      requireFloat("segmentReduce", x.dtype);
      if (!(reduce in neutral))
        throw new ArgumentError(
          "segmentReduce",
          `reduce must be ${Object.keys(neutral).join(", ")}, but got ${JSON.stringify(reduce)}`,
        );
      const dim = normalizeDim("segmentReduce", axis, x.ndim);
      const [lengths, shape] = lengthsOf(options);
      const [front, n, behind] = [x.shape.slice(0, dim), x.shape[dim], x.shape.slice(dim + 1)];
      if (shape.length !== dim + 1 || front.some((size, d) => size !== shape[d]))
        throw new ShapeError("segmentReduce", `the segments must have the dimensions of the data up to ${dim}`, [
          shape,
          x.shape,
        ]);
      const segments = shape[dim];
      const [positions, segmentOf] = membersOf(lengths, segments, n, unsafe);
      const width = sizeOf(behind);
      const rows = indexSelect(reshape(x, [sizeOf(front) * n, width]), 0, vector(positions));
      const index = vector(segmentOf);
      const begin = (value: number): Tensor => full([lengths.length, width], value, { dtype: x.dtype });
      const result = reduced(reduce, begin, index, rows, initial);
      return reshape(reduce === "mean" ? meanOf(result, lengths, initial) : result, [...front, segments, ...behind]);
    },
  );

/** Returns the rows reduced into the segments of their index. An extreme that equals `initial` gets the whole gradient. */
function reduced(
  reduce: Reduction,
  begin: (value: number) => Tensor,
  index: Tensor,
  rows: Tensor,
  initial: number | null,
): Tensor {
  const start = initial ?? neutral[reduce];
  if (reduce === "sum" || reduce === "mean") return indexAdd(begin(start), 0, index, rows);
  const at = expand(unsqueeze(index, 1), rows.shape);
  if (reduce === "prod") return scatterReduce(begin(start), 0, at, rows, "prod");
  const isLargest = reduce === "max" || reduce === "amax";
  const extreme = scatterReduce(begin(neutral[reduce]), 0, at, rows, isLargest ? "amax" : "amin");
  if (initial === null) return extreme;
  return where(isLargest ? lt(extreme, initial) : gt(extreme, initial), initial, extreme);
}

/** Returns sums divided by the numbers of elements; segments without any keep `initial`, or are NaN. */
function meanOf(sums: Tensor, lengths: readonly number[], initial: number | null): Tensor {
  const counts = fromArray(Float64Array.from(lengths), "float64", [lengths.length, 1]).to(sums.dtype);
  const mean = div(sums, counts.clampMin(1));
  return initial === null ? where(counts.eq(0), Number.NaN, mean) : mean;
}
