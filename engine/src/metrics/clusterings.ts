/** Agreement of two clusterings of the same examples. Which number a cluster has does not matter. */

import { ShapeError } from "../tensor/errors.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { logFactorials } from "./log-factorials.ts";

/** Numbers of examples in each pair of clusters, and in each cluster. */
interface Contingency {
  readonly n: number;
  readonly cells: readonly { readonly a: number; readonly b: number; readonly count: number }[];
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** Returns the positions of labels among the distinct ones. */
function positions(labels: ArrayLike<number>): { readonly at: Int32Array; readonly count: number } {
  const seen = new Map<number, number>();
  const at = Int32Array.from(labels, (label) => {
    const known = seen.get(label);
    if (known !== undefined) return known;
    seen.set(label, seen.size);
    return seen.size - 1;
  });
  return { at, count: seen.size };
}

function contingency(op: string, prediction: Tensor, target: Tensor): Contingency {
  if (prediction.ndim !== 1 || target.ndim !== 1 || prediction.shape[0] !== target.shape[0])
    throw new ShapeError(op, "expected the clusters of examples, [n] and [n]", [prediction.shape, target.shape]);
  const [p, t] = [positions(contiguousArray(prediction)), positions(contiguousArray(target))];
  const [a, b] = [new Array<number>(t.count).fill(0), new Array<number>(p.count).fill(0)];
  const counts = new Map<number, number>();
  for (let i = 0; i < p.at.length; i++) {
    a[t.at[i]]++;
    b[p.at[i]]++;
    const key = t.at[i] * p.count + p.at[i];
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const cells = [...counts].map(([key, count]) => ({ a: Math.floor(key / p.count), b: key % p.count, count }));
  return { n: p.at.length, cells, a, b };
}

const sumOf = <T>(list: readonly T[], f: (item: T) => number): number => list.reduce((sum, item) => sum + f(item), 0);

/** Ordered pairs of examples: in one cluster of both, of the targets alone, of the predictions alone, of neither. */
function pairCounts({ n, cells, a, b }: Contingency): { both: number; first: number; second: number; neither: number } {
  const squares = sumOf(cells, ({ count }) => count ** 2);
  const first = sumOf(a, (c) => c ** 2) - squares;
  const second = sumOf(b, (c) => c ** 2) - squares;
  return { both: squares - n, first, second, neither: n ** 2 - first - second - squares };
}

/**
 * Returns the Rand index: the share of pairs of examples on which two clusterings [n] agree, that they are in one cluster or not.
 * @throws ShapeError unless both are of one shape [n].
 * @example metrics.randIndex(tensor([0, 0, 1, 2]), tensor([0, 0, 1, 1])); // 0.8333333333333334
 */
export function randIndex(prediction: Tensor, target: Tensor): number {
  const { both, first, second, neither } = pairCounts(contingency("randIndex", prediction, target));
  const all = both + first + second + neither;
  return all === 0 ? 1 : (both + neither) / all;
}

/**
 * Returns the Rand index of two clusterings [n], adjusted so that it is 0 on average for random clusters and 1 for equal ones (Hubert and Arabie 1985).
 * @throws ShapeError unless both are of one shape [n].
 * @example metrics.adjustedRandIndex(tensor([0, 0, 1, 2]), tensor([0, 0, 1, 1])); // 0.5714285714285714
 */
export function adjustedRandIndex(prediction: Tensor, target: Tensor): number {
  const { both, first, second, neither } = pairCounts(contingency("adjustedRandIndex", prediction, target));
  if (first === 0 && second === 0) return 1;
  const chance = (both + first) * (first + neither) + (both + second) * (second + neither);
  return (2 * (both * neither - first * second)) / chance;
}

/**
 * Returns the Fowlkes-Mallows index of two clusterings [n]: the geometric mean of precision and recall over pairs of examples in one cluster.
 * @throws ShapeError unless both are of one shape [n].
 * @example metrics.fowlkesMallows(tensor([0, 0, 1, 1]), tensor([1, 1, 0, 0])); // 1
 */
export function fowlkesMallows(prediction: Tensor, target: Tensor): number {
  const { both, first, second } = pairCounts(contingency("fowlkesMallows", prediction, target));
  return both === 0 ? 0 : Math.sqrt(both / (both + second)) * Math.sqrt(both / (both + first));
}

/** Returns the entropy of a clustering in nats. */
const entropy = (sizes: readonly number[], n: number): number =>
  sizes.length <= 1 ? 0 : -sumOf(sizes, (c) => (c / n) * (Math.log(c) - Math.log(n)));

/** Returns the mutual information of two clusterings in nats. */
function information({ n, cells, a, b }: Contingency): number {
  if (a.length <= 1 || b.length <= 1) return 0;
  const terms = cells.map(
    ({ a: i, b: j, count }) => (count / n) * (Math.log(count) - Math.log(a[i]) + (Math.log(n) - Math.log(b[j]))),
  );
  return Math.max(
    0,
    sumOf(terms, (t) => (Math.abs(t) < Number.EPSILON ? 0 : t)),
  );
}

/** Returns the mutual information that random clusters of the same sizes have on average (Vinh, Epps and Bailey 2010). */
function expectedInformation({ n, a, b }: Contingency): number {
  const lf = logFactorials(n);
  let sum = 0;
  for (const x of a)
    for (const y of b)
      for (let k = Math.max(1, x + y - n); k <= Math.min(x, y); k++) {
        const ways = lf[x] + lf[y] + lf[n - x] + lf[n - y] - lf[n] - lf[k] - lf[x - k] - lf[y - k] - lf[n - x - y + k];
        sum += (k / n) * Math.log((n * k) / (x * y)) * Math.exp(ways);
      }
  return sum;
}

/**
 * Returns the mutual information of two clusterings [n], in nats.
 * @throws ShapeError unless both are of one shape [n].
 * @example metrics.mutualInformation(tensor([0, 0, 1, 1]), tensor([1, 1, 0, 0])); // 0.6931471805599453
 */
export const mutualInformation = (prediction: Tensor, target: Tensor): number =>
  information(contingency("mutualInformation", prediction, target));

/**
 * Returns the mutual information of two clusterings [n] divided by the mean of their entropies: 1 for equal clusters, 0 for independent ones.
 * @throws ShapeError unless both are of one shape [n].
 * @example metrics.normalizedMutualInformation(tensor([0, 0, 1, 1]), tensor([1, 1, 0, 0])); // 1
 */
export function normalizedMutualInformation(prediction: Tensor, target: Tensor): number {
  const table = contingency("normalizedMutualInformation", prediction, target);
  if (table.a.length <= 1 && table.b.length <= 1) return 1;
  const shared = information(table);
  return shared === 0 ? 0 : shared / ((entropy(table.a, table.n) + entropy(table.b, table.n)) / 2);
}

/**
 * Returns the mutual information of two clusterings [n], adjusted so that it is 0 on average for random clusters and 1 for equal ones (Vinh, Epps and Bailey
 * 2010).
 * @throws ShapeError unless both are of one shape [n].
 * @example metrics.adjustedMutualInformation(tensor([0, 0, 1, 1]), tensor([0, 1, 0, 1])).toFixed(4); // "-0.5000"
 */
export function adjustedMutualInformation(prediction: Tensor, target: Tensor): number {
  const table = contingency("adjustedMutualInformation", prediction, target);
  const [clusters, classes] = [table.b.length, table.a.length];
  if (clusters <= 1 && classes <= 1) return 1;
  if (clusters <= 1 || classes <= 1) return 0;
  const chance = expectedInformation(table);
  const mean = (entropy(table.a, table.n) + entropy(table.b, table.n)) / 2;
  // rounding may make 0 of either difference
  const away = (difference: number): number =>
    difference < 0 ? Math.min(difference, -Number.EPSILON) : Math.max(difference, Number.EPSILON);
  return away(information(table) - chance) / away(mean - chance);
}

/** Homogeneity, completeness and V-measure. */
export interface VMeasure {
  /** 1 if each cluster has examples of one class alone. */
  readonly homogeneity: number;
  /** 1 if all examples of a class are in one cluster. */
  readonly completeness: number;
  /** The harmonic mean of both. */
  readonly vMeasure: number;
}

/**
 * Returns homogeneity, completeness and V-measure of clusters [n] for classes [n] (Rosenberg and Hirschberg 2007). With `beta` above 1, completeness counts
 * more.
 * @throws ShapeError unless both are of one shape [n].
 * @example metrics.vMeasure(tensor([0, 1, 2, 3]), tensor([0, 0, 1, 1])).homogeneity; // 1
 */
export function vMeasure(prediction: Tensor, target: Tensor, { beta = 1 }: { readonly beta?: number } = {}): VMeasure {
  const table = contingency("vMeasure", prediction, target);
  const shared = information(table);
  const [classes, clusters] = [entropy(table.a, table.n), entropy(table.b, table.n)];
  const homogeneity = classes === 0 ? 1 : shared / classes;
  const completeness = clusters === 0 ? 1 : shared / clusters;
  const both = beta * homogeneity + completeness;
  return { homogeneity, completeness, vMeasure: both === 0 ? 0 : ((1 + beta) * homogeneity * completeness) / both };
}
