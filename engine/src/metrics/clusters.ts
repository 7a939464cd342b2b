/** Shapes of clusters of points. */

import type { NumericArray } from "../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Points in row-major order, the cluster of each, and the centre and number of points of each cluster. */
interface Clusters {
  readonly n: number;
  readonly features: number;
  readonly points: NumericArray;
  readonly of: Int32Array;
  readonly centres: readonly Float64Array[];
  readonly sizes: readonly number[];
}

function clustersOf(op: string, points: Tensor, clusters: Tensor): Clusters {
  const [n, features] = points.shape;
  if (points.ndim !== 2 || clusters.ndim !== 1 || clusters.shape[0] !== n)
    throw new ShapeError(op, "expected points [n, features] and their clusters [n]", [points.shape, clusters.shape]);
  const x = contiguousArray(points);
  const labels = contiguousArray(clusters);
  const names = [...new Set(labels)];
  if (names.length < 2 || names.length >= n)
    throw new ArgumentError(op, `expected between 2 and ${n - 1} clusters of ${n} points, but got ${names.length}`);
  const index = new Map(names.map((name, k) => [name, k]));
  const of = Int32Array.from(labels, (label) => index.get(label) ?? 0);
  const sizes = names.map(() => 0);
  const centres = names.map(() => new Float64Array(features));
  for (let i = 0; i < n; i++) {
    sizes[of[i]]++;
    for (let f = 0; f < features; f++) centres[of[i]][f] += x[i * features + f];
  }
  centres.forEach((centre, k) => {
    for (let f = 0; f < features; f++) centre[f] /= sizes[k];
  });
  return { n, features, points: x, of, centres, sizes };
}

/** Returns the squared distance of two points, from their first coordinates on. */
function squaredDistance(
  a: ArrayLike<number>,
  from: number,
  b: ArrayLike<number>,
  to: number,
  features: number,
): number {
  let sum = 0;
  for (let f = 0; f < features; f++) sum += (a[from + f] - b[to + f]) ** 2;
  return sum;
}

/**
 * Returns the mean silhouette of points [n, features] in clusters [n]: (b - a) / max(a, b) of the mean distance a to the other points of the cluster, and b to
 * those of the nearest other cluster; 0 for a point alone in its cluster. In [-1, 1]. Takes n² distances.
 * @throws ArgumentError for fewer than 2 or more than n - 1 clusters; {@link ShapeError} for other shapes.
 * @example metrics.silhouette(tensor([[0], [1], [10], [11]]), tensor([0, 0, 1, 1])).toFixed(4); // "0.8997"
 */
export function silhouette(points: Tensor, clusters: Tensor): number {
  const { n, features, points: x, of, sizes } = clustersOf("silhouette", points, clusters);
  const sums = new Float64Array(sizes.length);
  let total = 0;
  for (let i = 0; i < n; i++) {
    sums.fill(0);
    for (let j = 0; j < n; j++) sums[of[j]] += Math.sqrt(squaredDistance(x, i * features, x, j * features, features));
    const own = sizes[of[i]] - 1;
    if (own === 0) continue;
    const a = sums[of[i]] / own;
    let b = Infinity;
    for (let k = 0; k < sizes.length; k++) if (k !== of[i]) b = Math.min(b, sums[k] / sizes[k]);
    if (Math.max(a, b) > 0) total += (b - a) / Math.max(a, b);
  }
  return total / n;
}

/**
 * Returns the Calinski-Harabasz index of points [n, features] in clusters [n]: the dispersion between clusters divided by that within them, each by its degrees of
 * freedom; 1 where all points of a cluster are equal.
 * @throws ArgumentError for fewer than 2 or more than n - 1 clusters; {@link ShapeError} for other shapes.
 * @example metrics.calinskiHarabasz(tensor([[0], [1], [10], [11]]), tensor([0, 0, 1, 1])); // 200
 */
export function calinskiHarabasz(points: Tensor, clusters: Tensor): number {
  const { n, features, points: x, of, centres, sizes } = clustersOf("calinskiHarabasz", points, clusters);
  const mean = new Float64Array(features);
  for (let i = 0; i < n * features; i++) mean[i % features] += x[i] / n;
  let [between, within] = [0, 0];
  centres.forEach((centre, k) => {
    between += sizes[k] * squaredDistance(centre, 0, mean, 0, features);
  });
  for (let i = 0; i < n; i++) within += squaredDistance(x, i * features, centres[of[i]], 0, features);
  return within === 0 ? 1 : (between * (n - sizes.length)) / (within * (sizes.length - 1));
}

/**
 * Returns the Davies-Bouldin index of points [n, features] in clusters [n]: for each cluster the largest ratio, over the other clusters, of the sum of their mean
 * distances from the centres to the distance of the centres; then the mean. Smaller is better; 0 where all points of a cluster are equal.
 * @throws ArgumentError for fewer than 2 or more than n - 1 clusters; {@link ShapeError} for other shapes.
 * @example metrics.daviesBouldin(tensor([[0], [1], [10], [11]]), tensor([0, 0, 1, 1])); // 0.1
 */
export function daviesBouldin(points: Tensor, clusters: Tensor): number {
  const { n, features, points: x, of, centres, sizes } = clustersOf("daviesBouldin", points, clusters);
  const spread = new Float64Array(sizes.length);
  for (let i = 0; i < n; i++)
    spread[of[i]] += Math.sqrt(squaredDistance(x, i * features, centres[of[i]], 0, features)) / sizes[of[i]];
  const apart = (k: number, other: number): number =>
    Math.sqrt(squaredDistance(centres[k], 0, centres[other], 0, features));
  const isZero = (v: number): boolean => v <= 1e-8;
  const distances = centres.flatMap((_, k) => centres.map((_, other) => apart(k, other)));
  if (spread.every(isZero) || distances.every(isZero)) return 0;
  const worst = sizes.map((_, k) =>
    Math.max(
      ...sizes.map((_, other) => {
        const distance = distances[k * sizes.length + other];
        return distance === 0 ? 0 : (spread[k] + spread[other]) / distance;
      }),
    ),
  );
  return worst.reduce((a, b) => a + b, 0) / worst.length;
}
