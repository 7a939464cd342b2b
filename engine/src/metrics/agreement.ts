/** Agreement of predicted and true classes as a whole. */
import type { Tensor } from "../tensor/tensor.ts";
import { type Accumulator, meanOf, valueOf, type Weighted, weightsOf } from "./accumulator.ts";
import { ClassCounts, ofCounts } from "./class-counts.ts";
import { classesOf, countClasses } from "./classes.ts";

/** Returns the accumulator of the share of examples for which `counts` holds. */
const shareOf = (op: string, counts: (predicted: number, actual: number) => boolean): Accumulator =>
  meanOf(op, (prediction, target) => {
    const [p, t] = classesOf(op, prediction, target);
    const losses = new Uint8Array(p.length);
    for (let i = 0; i < p.length; i++) losses[i] = counts(p[i], t[i]) ? 1 : 0;
    return { losses, columns: 1 };
  });

export const accuracyScore = (): Accumulator => shareOf("accuracy", (p, t) => p === t);
export const zeroOneScore = (): Accumulator => shareOf("zeroOneLoss", (p, t) => p !== t);

/**
 * Returns the share of predictions that are right.
 * @throws ArgumentError for predictions that are neither classes nor probabilities, and without examples.
 * @example
 * metrics.accuracy(tensor([0, 1]), tensor([0, 0])); // 0.5
 * metrics.accuracy(tensor([0.2, 0.9]), tensor([0, 1])); // 1
 */
export const accuracy = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(accuracyScore(), prediction, target, options);

/**
 * Returns the share of predictions that are wrong. For several labels to an example, [n, labels], it is the Hamming loss.
 * @throws ArgumentError for predictions that are neither classes nor probabilities, and without examples.
 * @example metrics.zeroOneLoss(tensor([0, 1, 1]), tensor([0, 1, 0])); // 0.3333333333333333
 */
export const zeroOneLoss = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(zeroOneScore(), prediction, target, options);

/** Options of `balancedAccuracy`. */
export interface BalancedAccuracyOptions extends Weighted {
  /** Whether chance is at 0 and not at 1 / classes; false by default. */
  readonly adjusted?: boolean;
}

/** Returns the accumulator of {@link balancedAccuracy}. */
export function balancedAccuracyScore({ adjusted = false }: BalancedAccuracyOptions): Accumulator {
  return ofCounts(new ClassCounts("balancedAccuracy"), ({ all }) => {
    const recalls = all.filter(({ actual }) => actual !== 0).map(({ hits, actual }) => hits / actual);
    const mean = recalls.reduce((a, b) => a + b, 0) / recalls.length;
    const chance = 1 / recalls.length;
    return adjusted ? (mean - chance) / (1 - chance) : mean;
  });
}

/**
 * Returns the mean of the recalls of the classes that have examples.
 * @throws ArgumentError for predictions that are neither classes nor probabilities, and without examples.
 * @example metrics.balancedAccuracy(tensor([0, 0, 0, 1]), tensor([0, 0, 1, 1])); // 0.75
 */
export const balancedAccuracy = (prediction: Tensor, target: Tensor, options: BalancedAccuracyOptions = {}): number =>
  valueOf(balancedAccuracyScore(options), prediction, target, options);

/** Returns the accumulator of {@link matthewsCorrelation}. */
export function matthewsScore(): Accumulator {
  return ofCounts(new ClassCounts("matthewsCorrelation"), ({ all }) => {
    let [n, right, both, predicted, actual] = [0, 0, 0, 0, 0];
    for (const c of all) {
      n += c.actual;
      right += c.hits;
      both += c.predicted * c.actual;
      predicted += c.predicted ** 2;
      actual += c.actual ** 2;
    }
    const variances = (n ** 2 - predicted) * (n ** 2 - actual);
    return variances === 0 ? 0 : (right * n - both) / Math.sqrt(variances);
  });
}

/**
 * Returns Matthews' correlation coefficient of predicted and true classes, for any number of classes (Gorodkin 2004): 1 for perfect predictions, 0 for
 * chance, and 0 where all predictions or all targets are one class.
 * @throws ArgumentError for predictions that are neither classes nor probabilities, and without examples.
 * @example metrics.matthewsCorrelation(tensor([0, 1, 1, 0]), tensor([0, 1, 0, 0])); // 0.5773502691896258
 */
export const matthewsCorrelation = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(matthewsScore(), prediction, target, options);

/** Options of `cohenKappa`. */
export interface KappaOptions extends Weighted {
  /** Cost of a mistake: 1 (`"none"`, the default), or the distance of the classes, or its square, as it fits ordered classes. */
  readonly weights?: "none" | "linear" | "quadratic";
}

const costs = {
  none: (i: number, j: number): number => (i === j ? 0 : 1),
  linear: (i: number, j: number): number => Math.abs(i - j),
  quadratic: (i: number, j: number): number => (i - j) ** 2,
} as const;

/** Returns the accumulator of {@link cohenKappa}. */
export function kappaScore({ weights: name = "none" }: KappaOptions): Accumulator {
  const op = "cohenKappa";
  const cells = new Map<number, { readonly p: number; readonly t: number; count: number }>();
  return {
    add(prediction, target, sampleWeight) {
      const [p, t] = classesOf(op, prediction, target);
      countClasses(op, p, t, 2 ** 22);
      const weights = weightsOf(op, sampleWeight, p.length);
      for (let i = 0; i < p.length; i++) {
        const key = p[i] * 2 ** 22 + t[i];
        const cell = cells.get(key);
        if (cell === undefined) cells.set(key, { p: p[i], t: t[i], count: weights?.[i] ?? 1 });
        else cell.count += weights?.[i] ?? 1;
      }
    },
    value() {
      const labels = [...new Set([...cells.values()].flatMap(({ p, t }) => [p, t]))].sort((a, b) => a - b);
      const [byPrediction, byTarget] = [new Float64Array(labels.length), new Float64Array(labels.length)];
      let [total, observed] = [0, 0];
      for (const { p, t, count } of cells.values()) {
        const [i, j] = [labels.indexOf(p), labels.indexOf(t)];
        byPrediction[i] += count;
        byTarget[j] += count;
        total += count;
        observed += count * costs[name](i, j);
      }
      let expected = 0;
      for (let i = 0; i < labels.length; i++)
        for (let j = 0; j < labels.length; j++)
          expected += ((byPrediction[i] * byTarget[j]) / total) * costs[name](i, j);
      return expected === 0 ? Number.NaN : 1 - observed / expected;
    },
    save: () => Array.from(cells.values(), ({ p, t, count }) => [p, t, count]),
    load(state) {
      cells.clear();
      for (const [p, t, count] of state as readonly (readonly number[])[]) cells.set(p * 2 ** 22 + t, { p, t, count });
    },
  };
}

/**
 * Returns Cohen's kappa: agreement beyond what chance would give, 1 for perfect agreement and 0 for chance. NaN where both are one class throughout, for
 * which it is not defined.
 * @throws ArgumentError for predictions that are neither classes nor probabilities, and without examples.
 * @example metrics.cohenKappa(tensor([0, 1, 1, 0]), tensor([0, 1, 0, 0])); // 0.5
 */
export const cohenKappa = (prediction: Tensor, target: Tensor, options: KappaOptions = {}): number =>
  valueOf(kappaScore(options), prediction, target, options);
