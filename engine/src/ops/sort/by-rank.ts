/** Selections of single elements by their rank along a dimension. */

import type { MultiRun } from "../../dispatch/define.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { ArgumentError, IndexError } from "../../tensor/errors.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { ValuesIndices } from "../reduce/values-indices.ts";
import { ranker } from "./rank.ts";
import { rankSelector } from "./rank-selection.ts";
import type { Selection } from "./selection.ts";

/** Returns the rank of an element in a line of `n` elements that is sorted with NaN at the end. `at(k)` is the element of rank k. */
export type Rank = (n: number, at: (k: number) => number) => number;

/** Returns the function that selects the element of a rank from a line. */
export function byRank(
  rank: Rank,
): (x: NumericArray, n: number) => (picked: Int32Array, first: number, step: number) => void {
  return (x, n) => {
    const sort = ranker(x, n, false);
    const order = new Int32Array(n);
    return (picked, first, step) => {
      sort(order, first, step);
      picked[0] = order[rank(n, (k) => x[first + order[k] * step])];
    };
  };
}

/** Returns the rank of an element in a line of `n` elements, of which so many are not NaN. */
export type CountedRank = (n: number, numbers: number) => number;

/** Returns the function that selects the element of a rank that depends on counts alone. */
export function byCount(
  rank: CountedRank,
): (x: NumericArray, n: number) => (picked: Int32Array, first: number, step: number) => void {
  return (x, n) => {
    const select = rankSelector(x, n);
    const mayBeNaN = x instanceof Float32Array || x instanceof Float64Array;
    return (picked, first, step) => {
      let numbers = n;
      if (mayBeNaN) for (let k = 0, p = first; k < n; k++, p += step) numbers -= +Number.isNaN(x[p]);
      picked[0] = select(first, step, rank(n, numbers));
    };
  };
}

/** Returns the parameters of the selection of one element along a dimension that has elements. */
export function singleParams(op: string, x: Tensor, dim: number, keepdim: boolean): Selection {
  if (typeof dim !== "number") throw new ArgumentError(op, `dim must be one integer, but got [${String(dim)}]`);
  const at = normalizeDim(op, dim, x.ndim);
  if (x.shape[at] === 0)
    throw new IndexError(op, `expected dimension ${at} to have elements, but got the shape [${x.shape.join(", ")}]`);
  return { dim: at, count: 1, keepdim };
}

/** Returns the pair of results of the selection. */
export function pair<P>(run: MultiRun<P>, x: Tensor, params: P): ValuesIndices {
  const [values, indices] = run([x], params);
  return new ValuesIndices(values, indices);
}
