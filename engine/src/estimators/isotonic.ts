/** Isotonic regression by pooling adjacent violators, and the projection onto the permutahedron that it solves. */

/** Returns where the blocks of equal values of the decreasing isotonic regression of y begin, in order. */
export function poolAdjacentViolators(y: Float64Array): number[] {
  const starts: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < y.length; i++) {
    starts.push(i);
    sums.push(y[i]);
    counts.push(1);
    // a block whose mean does not exceed that of its successor is merged with it
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

/** Returns y with each element replaced by the mean of its block. */
export function blockMeans(y: Float64Array, starts: readonly number[]): Float64Array {
  const out = new Float64Array(y.length);
  starts.forEach((from, k) => {
    const to = starts[k + 1] ?? y.length;
    const mean = y.subarray(from, to).reduce((a, b) => a + b, 0) / (to - from);
    out.fill(mean, from, to);
  });
  return out;
}

/** Returns the indices of the elements from the largest to the smallest. */
export const descendingOrder = (y: Float64Array): Int32Array =>
  Int32Array.from(y.keys()).sort((a, b) => y[b] - y[a] || a - b);

/** A projection onto a permutahedron, with what its Jacobian needs. */
export interface PermutahedronProjection {
  readonly projected: Float64Array;
  /** Indices of z from the largest to the smallest. */
  readonly order: Int32Array;
  /** Starts of the blocks of the isotonic regression, in that order. */
  readonly starts: readonly number[];
}

/**
 * Projects z onto the permutahedron of w (decreasing), the convex hull of the permutations of w: z - v in the order of z, where v is the isotonic regression of s - w and
 * s is z sorted decreasingly. Source: Blondel et al., 2020.
 */
export function projectOntoPermutahedron(z: Float64Array, w: Float64Array): PermutahedronProjection {
  const order = descendingOrder(z);
  const gap = Float64Array.from(order, (at, i) => z[at] - w[i]);
  const starts = poolAdjacentViolators(gap);
  const v = blockMeans(gap, starts);
  const projected = new Float64Array(z.length);
  order.forEach((at, i) => {
    projected[at] = z[at] - v[i];
  });
  return { projected, order, starts };
}

/** Multiplies g by the Jacobian of the projection, which is symmetric: subtracts the means of the blocks. */
export function multiplyByJacobian(g: Float64Array, { order, starts }: PermutahedronProjection): Float64Array {
  const sorted = Float64Array.from(order, (at) => g[at]);
  const means = blockMeans(sorted, starts);
  const out = new Float64Array(g.length);
  order.forEach((at, i) => {
    out[at] = sorted[i] - means[i];
  });
  return out;
}
