/** Isotonic regression by pooling adjacent violators, and soft sorting and ranking as projections on the permutahedron. */
import { noGrad } from "../tape/graph/mode.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import { customGradient } from "../transforms/custom-gradient.ts";

/** Blocks of equal values: where each begins, in order. */
function pool(y: Float64Array): number[] {
  const starts: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < y.length; i++) {
    starts.push(i);
    sums.push(y[i]);
    counts.push(1);
    // falling order: a block below its successor is joined with it
    for (let k = sums.length - 1; k > 0 && sums[k - 1] / counts[k - 1] <= sums[k] / counts[k]; k--) {
      sums[k - 1] += sums[k];
      counts[k - 1] += counts[k];
      starts.pop();
      sums.pop();
      counts.pop();
    }
  }
  return starts;
}

/** Each element becomes the mean of its block. */
function blockMeans(y: Float64Array, starts: readonly number[]): Float64Array {
  const out = new Float64Array(y.length);
  starts.forEach((from, k) => {
    const to = starts[k + 1] ?? y.length;
    const mean = y.subarray(from, to).reduce((a, b) => a + b, 0) / (to - from);
    out.fill(mean, from, to);
  });
  return out;
}

/** Places of the elements from the largest to the smallest. */
const descending = (y: Float64Array): Int32Array => Int32Array.from(y.keys()).sort((a, b) => y[b] - y[a] || a - b);

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

/** A function of rows along the last dimension, each with a linear map for its cotangent. */
function byRows(
  op: string,
  f: (row: Float64Array) => { y: Float64Array; pull: (g: Float64Array) => Float64Array },
): (x: Tensor) => Tensor {
  return customGradient((x: Tensor) => {
    if (x.ndim === 0) throw new ShapeError(op, "expected at least one dimension", [x.shape]);
    const solved = noGrad(() => rowsOf(x).map(f));
    const y = fromRows(
      solved.map((s) => s.y),
      x,
    );
    return [
      y,
      (g: Tensor) =>
        fromRows(
          rowsOf(g).map((row, r) => solved[r].pull(row)),
          x,
        ),
    ];
  });
}

/** Options of soft sorting and ranking. */
export interface SoftSortOptions {
  /** Strength ε > 0: towards 0 the result is that of the hard operation, large values draw everything to the mean. */
  readonly strength?: number;
}

function checked(op: string, strength: number): number {
  if (!(strength > 0)) throw new ArgumentError(op, `strength must be above 0, but got ${strength}`);
  return strength;
}

/**
 * The projection of z on the permutahedron of w (falling): the point of the convex hull of w's permutations nearest to z. With s = z sorted and v = isotonic(s - w), it is z - v put back
 * in place; its Jacobian takes means over the blocks of v.
 */
function project(
  z: Float64Array,
  w: Float64Array,
): { readonly p: Float64Array; readonly order: Int32Array; readonly starts: readonly number[] } {
  const order = descending(z);
  const gap = Float64Array.from(order, (at, i) => z[at] - w[i]);
  const starts = pool(gap);
  const v = blockMeans(gap, starts);
  const p = new Float64Array(z.length);
  order.forEach((at, i) => {
    p[at] = z[at] - v[i];
  });
  return { p, order, starts };
}

/** g minus its means over blocks, in the order of z: the projection's Jacobian, which is symmetric. */
function projectBack(g: Float64Array, order: Int32Array, starts: readonly number[]): Float64Array {
  const sorted = Float64Array.from(order, (at) => g[at]);
  const means = blockMeans(sorted, starts);
  const out = new Float64Array(g.length);
  order.forEach((at, i) => {
    out[at] = sorted[i] - means[i];
  });
  return out;
}

/**
 * Ranks along the last dimension, 1 for the largest, made differentiable: the projection of -x / ε on the permutations of 1 … n. O(n log n). Equal to the ranks for small ε;
 * the gradient is that of the projection, 0 where a rank is not shared. First derivatives only. Source: Blondel et al., 2020 (fast differentiable sorting and ranking).
 * @throws ArgumentError for strength ≤ 0.
 * @example estimators.softRank(tensor([3, 1, 2]), { strength: 0.1 }).toArray(); // [1, 3, 2]
 */
export function softRank(x: Tensor, { strength = 1 }: SoftSortOptions = {}): Tensor {
  const eps = checked("softRank", strength);
  return byRows("softRank", (row) => {
    const n = row.length;
    const ranks = Float64Array.from({ length: n }, (_, i) => n - i);
    const { p, order, starts } = project(
      row.map((v) => -v / eps),
      ranks,
    );
    return { y: p, pull: (g) => projectBack(g, order, starts).map((v) => -v / eps) };
  })(x);
}

/**
 * The elements along the last dimension from the largest to the smallest, made smooth in which is which: the projection of (n, …, 1) / ε on the permutations of x. O(n log n).
 * Equal to the sorted elements for small ε. First derivatives only. Source: Blondel et al., 2020.
 * @throws ArgumentError for strength ≤ 0.
 * @example estimators.softSort(tensor([3, 1, 2]), { strength: 0.1 }).toArray(); // [3, 2, 1]
 */
export function softSort(x: Tensor, { strength = 1 }: SoftSortOptions = {}): Tensor {
  const eps = checked("softSort", strength);
  return byRows("softSort", (row) => {
    const n = row.length;
    const order = descending(row);
    const sorted = Float64Array.from(order, (at) => row[at]);
    const gap = sorted.map((v, i) => (n - i) / eps - v);
    const starts = pool(gap);
    const v = blockMeans(gap, starts);
    const y = sorted.map((_, i) => (n - i) / eps - v[i]);
    return {
      y,
      pull: (g) => {
        // y is the mean of x over each block, plus what does not depend on x
        const means = blockMeans(g, starts);
        const out = new Float64Array(n);
        order.forEach((at, i) => {
          out[at] = means[i];
        });
        return out;
      },
    };
  })(x);
}

/**
 * How much each element is among the k largest of the last dimension, in [0, 1] with sum k: the projection of x / ε on the permutations of k ones and n - k zeros. O(n log n).
 * First derivatives only. Source: Blondel et al., 2020.
 * @throws ArgumentError for strength ≤ 0, or k outside of 1 … n.
 * @example estimators.softTopK(tensor([3, 1, 2]), 2, { strength: 0.1 }).toArray(); // [1, 0, 1]
 */
export function softTopK(x: Tensor, k: number, { strength = 1 }: SoftSortOptions = {}): Tensor {
  const eps = checked("softTopK", strength);
  const n = x.shape[x.ndim - 1];
  if (!Number.isInteger(k) || k < 1 || k > n)
    throw new ArgumentError("softTopK", `k must be from 1 to ${n}, but got ${k}`);
  return byRows("softTopK", (row) => {
    const w = Float64Array.from({ length: n }, (_, i) => (i < k ? 1 : 0));
    const { p, order, starts } = project(
      row.map((v) => v / eps),
      w,
    );
    return { y: p, pull: (g) => projectBack(g, order, starts).map((v) => v / eps) };
  })(x);
}
