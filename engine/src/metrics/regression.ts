/** Measures of predicted numbers. Predictions and targets are [n] or [n, outputs]; measures of several outputs are averaged over them. */

import type { NumericArray } from "../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Accumulator, meanOf, valueOf, type Weighted, weightsOf } from "./accumulator.ts";

/** Predicted and true numbers in rows of outputs. */
interface Pairs {
  readonly predicted: NumericArray;
  readonly actual: NumericArray;
  readonly columns: number;
}

/** Reads predictions and targets of one shape. */
export function pairsOf(op: string, prediction: Tensor, target: Tensor): Pairs {
  if (!sameShape(prediction.shape, target.shape))
    throw new ShapeError(op, "predictions and targets must have one shape", [prediction.shape, target.shape]);
  if (target.numel() === 0) throw new ArgumentError(op, "expected at least one example");
  const columns = target.ndim === 0 ? 1 : target.numel() / target.shape[0];
  return { predicted: contiguousArray(prediction), actual: contiguousArray(target), columns };
}

/** Returns the accumulator of the mean of a loss of each number. */
export const meanLoss = (
  op: string,
  loss: (predicted: number, actual: number) => number,
  finish?: (mean: number) => number,
): Accumulator =>
  meanOf(
    op,
    (prediction, target) => {
      const { predicted, actual, columns } = pairsOf(op, prediction, target);
      const losses = new Float64Array(actual.length);
      for (let i = 0; i < losses.length; i++) losses[i] = loss(predicted[i], actual[i]);
      return { losses, columns };
    },
    finish,
  );

/** Returns log(1 + v); throws for numbers of at most -1. */
function logOf(op: string, v: number): number {
  if (v <= -1) throw new ArgumentError(op, `predictions and targets must be above -1, but got ${v}`);
  return Math.log1p(v);
}

const square = (p: number, t: number): number => (p - t) ** 2;
const logSquare =
  (op: string) =>
  (p: number, t: number): number =>
    (logOf(op, p) - logOf(op, t)) ** 2;

export const mseScore = (): Accumulator => meanLoss("meanSquaredError", square);
export const rmseScore = (): Accumulator => meanLoss("rootMeanSquaredError", square, Math.sqrt);
export const maeScore = (): Accumulator => meanLoss("meanAbsoluteError", (p, t) => Math.abs(p - t));
export const mapeScore = (): Accumulator =>
  meanLoss("meanAbsolutePercentageError", (p, t) => Math.abs(p - t) / Math.max(Math.abs(t), Number.EPSILON));
export const msleScore = (): Accumulator => meanLoss("meanSquaredLogError", logSquare("meanSquaredLogError"));
export const rmsleScore = (): Accumulator =>
  meanLoss("rootMeanSquaredLogError", logSquare("rootMeanSquaredLogError"), Math.sqrt);

/**
 * Returns the mean of the squared errors.
 * @throws ShapeError unless predictions and targets have one shape.
 * @example metrics.meanSquaredError(tensor([1, 2]), tensor([1, 4])); // 2
 */
export const meanSquaredError = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(mseScore(), prediction, target, options);

/**
 * Returns the root of the mean of the squared errors, averaged over outputs.
 * @throws ShapeError unless predictions and targets have one shape.
 * @example metrics.rootMeanSquaredError(tensor([1, 2]), tensor([1, 4])); // 1.4142135623730951
 */
export const rootMeanSquaredError = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(rmseScore(), prediction, target, options);

/**
 * Returns the mean of the absolute errors.
 * @throws ShapeError unless predictions and targets have one shape.
 * @example metrics.meanAbsoluteError(tensor([1, 2]), tensor([1, 4])); // 1
 */
export const meanAbsoluteError = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(maeScore(), prediction, target, options);

/**
 * Returns the mean of |error / target|, 1 for 100 %. A target of 0 counts as the machine epsilon 2⁻⁵².
 * @throws ShapeError unless predictions and targets have one shape.
 * @example metrics.meanAbsolutePercentageError(tensor([1, 2]), tensor([1, 4])); // 0.25
 */
export const meanAbsolutePercentageError = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(mapeScore(), prediction, target, options);

/**
 * Returns the mean of (log(1 + p) - log(1 + t))².
 * @throws ArgumentError for numbers of at most -1; {@link ShapeError} unless predictions and targets have one shape.
 * @example metrics.meanSquaredLogError(tensor([0, 1]), tensor([0, 1])); // 0
 */
export const meanSquaredLogError = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(msleScore(), prediction, target, options);

/**
 * Returns the root of the mean of (log(1 + p) - log(1 + t))², averaged over outputs.
 * @throws ArgumentError for numbers of at most -1; {@link ShapeError} unless predictions and targets have one shape.
 * @example metrics.rootMeanSquaredLogError(tensor([0, 1]), tensor([0, 1])); // 0
 */
export const rootMeanSquaredLogError = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(rmsleScore(), prediction, target, options);

/** Returns the accumulator of {@link maxError}. */
export function maxErrorScore(): Accumulator {
  let largest = 0;
  return {
    add(prediction, target) {
      const { predicted, actual } = pairsOf("maxError", prediction, target);
      for (let i = 0; i < actual.length; i++) {
        const error = Math.abs(predicted[i] - actual[i]);
        if (!(error <= largest)) largest = error;
      }
    },
    value: () => largest,
    save: () => largest,
    load(state) {
      largest = state as number;
    },
  };
}

/**
 * Returns the largest absolute error.
 * @throws ShapeError unless predictions and targets have one shape.
 * @example metrics.maxError(tensor([1, 2]), tensor([1, 4])); // 2
 */
export const maxError = (prediction: Tensor, target: Tensor): number =>
  valueOf(maxErrorScore(), prediction, target, {});

/** Returns the accumulator of {@link medianAbsoluteError}. */
export function medianErrorScore(): Accumulator {
  const op = "medianAbsoluteError";
  let columns: { readonly errors: number[]; readonly weights: number[] }[] = [];
  let isWeighted = false;
  return {
    add(prediction, target, sampleWeight) {
      const { predicted, actual, columns: n } = pairsOf(op, prediction, target);
      const weights = weightsOf(op, sampleWeight, actual.length / n);
      isWeighted ||= weights !== null;
      for (let c = columns.length; c < n; c++) columns.push({ errors: [], weights: [] });
      for (let i = 0; i < actual.length; i++) {
        columns[i % n].errors.push(Math.abs(predicted[i] - actual[i]));
        columns[i % n].weights.push(weights?.[Math.floor(i / n)] ?? 1);
      }
    },
    value() {
      const medians = columns.map(({ errors, weights }) =>
        isWeighted ? weightedMedian(errors, weights) : median(errors),
      );
      return medians.reduce((a, b) => a + b, 0) / medians.length;
    },
    save: () => ({ columns: columns.map((c) => ({ errors: [...c.errors], weights: [...c.weights] })), isWeighted }),
    load(state) {
      const saved = structuredClone(state) as unknown as { columns: typeof columns; isWeighted: boolean };
      ({ columns, isWeighted } = saved);
    },
  };
}

/** Returns the middle one of numbers, or the mean of the two in the middle. */
function median(list: readonly number[]): number {
  const sorted = Float64Array.from(list).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Returns the number at which half of the weight is below and half above; the mean of the two at which it is reached exactly. */
function weightedMedian(list: readonly number[], weights: readonly number[]): number {
  const order = list
    .map((_, i) => i)
    .filter((i) => weights[i] > 0)
    .sort((a, b) => list[a] - list[b]);
  const half = order.reduce((sum, i) => sum + weights[i], 0) / 2;
  let below = 0;
  for (const [at, i] of order.entries()) {
    below += weights[i];
    if (below > half) return list[i];
    if (below === half) return (list[i] + list[order[at + 1] ?? i]) / 2;
  }
  return Number.NaN;
}

/**
 * Returns the median of the absolute errors, averaged over outputs.
 * @throws ShapeError unless predictions and targets have one shape.
 * @example metrics.medianAbsoluteError(tensor([1, 2, 3]), tensor([1, 4, 4])); // 1
 */
export const medianAbsoluteError = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(medianErrorScore(), prediction, target, options);
