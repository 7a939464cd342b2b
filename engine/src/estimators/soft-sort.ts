/** Differentiable sorting, ranking and top-k, as projections onto permutahedra (Blondel et al., 2020). */
import { noGrad } from "../tape/graph/mode.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import { customGradient } from "../transforms/custom-gradient.ts";
import {
  blockMeans,
  descendingOrder,
  multiplyByJacobian,
  poolAdjacentViolators,
  projectOntoPermutahedron,
} from "./isotonic.ts";

/** Options of soft sorting and ranking. */
export interface SoftSortOptions {
  /** Regularization ε > 0, 1 by default: towards 0 the result is that of the hard operation, large values draw all elements to the mean. */
  readonly strength?: number;
}

/** Result of a row, and the map from its cotangent to that of the row. */
interface SolvedRow {
  readonly y: Float64Array;
  readonly pull: (g: Float64Array) => Float64Array;
}

const rowsOf = (x: Tensor): Float64Array[] => {
  const n = x.shape[x.ndim - 1];
  const all = Float64Array.from(contiguousArray(x));
  return Array.from({ length: all.length / Math.max(1, n) }, (_, r) => all.slice(r * n, (r + 1) * n));
};

const fromRows = (rows: readonly Float64Array[], { shape, dtype }: Tensor): Tensor => {
  const flat = Float64Array.from(rows.flatMap((row) => [...row]));
  return fromArray(
    dtype === "float64" ? flat : Float32Array.from(flat),
    dtype === "float64" ? "float64" : "float32",
    shape,
  );
};

/** Returns a differentiable function that applies `solve` to each row along the last dimension. */
function byRows(op: string, solve: (row: Float64Array) => SolvedRow): (x: Tensor) => Tensor {
  return customGradient((x: Tensor) => {
    if (x.ndim === 0) throw new ShapeError(op, "expected at least one dimension", [x.shape]);
    const solved = noGrad(() => rowsOf(x).map(solve));
    const results = solved.map((s) => s.y);
    const gradient = (g: Tensor): Tensor => {
      const pulled = rowsOf(g).map((row, r) => solved[r].pull(row));
      return fromRows(pulled, x);
    };
    return [fromRows(results, x), gradient];
  });
}

function requirePositiveStrength(op: string, strength: number): void {
  if (!(strength > 0)) throw new ArgumentError(op, `strength must be above 0, but got ${strength}`);
}

/**
 * Returns ranks along the last dimension, 1 for the largest element, made differentiable: the projection of -x / ε onto the permutahedron of n … 1. Equal to the ranks for
 * small ε, where the gradient is 0. O(n log n) for each row. First derivatives only. Source: Blondel et al., 2020.
 * @throws ArgumentError for strength ≤ 0; ShapeError for a scalar.
 * @example estimators.softRank(tensor([3, 1, 2]), { strength: 0.1 }).toArray(); // [1, 3, 2]
 */
export function softRank(x: Tensor, { strength = 1 }: SoftSortOptions = {}): Tensor {
  requirePositiveStrength("softRank", strength);
  return byRows("softRank", (row) => {
    const n = row.length;
    const ranks = Float64Array.from({ length: n }, (_, i) => n - i);
    const projection = projectOntoPermutahedron(
      row.map((v) => -v / strength),
      ranks,
    );
    return { y: projection.projected, pull: (g) => multiplyByJacobian(g, projection).map((v) => -v / strength) };
  })(x);
}

/**
 * Returns the elements along the last dimension from the largest to the smallest, with a gradient that varies smoothly when elements change places: the projection of
 * (n, …, 1) / ε onto the permutahedron of x. Equal to the sorted elements for small ε. O(n log n) for each row. First derivatives only. Source: Blondel et al., 2020.
 * @throws ArgumentError for strength ≤ 0; ShapeError for a scalar.
 * @example estimators.softSort(tensor([3, 1, 2]), { strength: 0.1 }).toArray(); // [3, 2, 1]
 */
export function softSort(x: Tensor, { strength = 1 }: SoftSortOptions = {}): Tensor {
  requirePositiveStrength("softSort", strength);
  return byRows("softSort", (row) => {
    const n = row.length;
    const order = descendingOrder(row);
    const sorted = Float64Array.from(order, (at) => row[at]);
    const gap = sorted.map((v, i) => (n - i) / strength - v);
    const starts = poolAdjacentViolators(gap);
    const v = blockMeans(gap, starts);
    const pull = (g: Float64Array): Float64Array => {
      // y is the mean of x over each block, plus a term that does not depend on x
      const means = blockMeans(g, starts);
      const out = new Float64Array(n);
      order.forEach((at, i) => {
        out[at] = means[i];
      });
      return out;
    };
    return { y: sorted.map((_, i) => (n - i) / strength - v[i]), pull };
  })(x);
}

/**
 * Returns for each element along the last dimension how far it belongs to the k largest, in [0, 1] with sum k: the projection of x / ε onto the permutahedron of k ones and
 * n - k zeros. O(n log n) for each row. First derivatives only. Source: Blondel et al., 2020.
 * @throws ArgumentError for strength ≤ 0, or a k that is not an integer from 1 to n; ShapeError for a scalar.
 * @example estimators.softTopK(tensor([3, 1, 2]), 2, { strength: 0.1 }).toArray(); // [1, 0, 1]
 */
export function softTopK(x: Tensor, k: number, { strength = 1 }: SoftSortOptions = {}): Tensor {
  requirePositiveStrength("softTopK", strength);
  const n = x.shape[x.ndim - 1];
  if (!Number.isInteger(k) || k < 1 || k > n)
    throw new ArgumentError("softTopK", `k must be from 1 to ${n}, but got ${k}`);
  return byRows("softTopK", (row) => {
    const ones = Float64Array.from({ length: n }, (_, i) => (i < k ? 1 : 0));
    const projection = projectOntoPermutahedron(
      row.map((v) => v / strength),
      ones,
    );
    return { y: projection.projected, pull: (g) => multiplyByJacobian(g, projection).map((v) => v / strength) };
  })(x);
}
