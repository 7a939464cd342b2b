/** Calibration: predicted probabilities beside observed frequencies. */

import type { NumericArray } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import { probabilityRows } from "./score-rows.ts";

/** Options of `calibrationCurve` and `expectedCalibrationError`. */
export interface CalibrationOptions {
  /** Number of bins; 5 for the curve and 10 for the error by default. */
  readonly bins?: number;
  /** Bins of equal width (the default), or with equal numbers of examples. */
  readonly strategy?: "uniform" | "quantile";
}

/** Sums of the examples of a bin. */
interface Bin {
  count: number;
  predicted: number;
  positive: number;
}

/** Returns the quantile of sorted numbers, interpolated between neighbours. */
function quantile(sorted: NumericArray, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** Returns the bins that have examples. */
function binsOf(op: string, prediction: Tensor, target: Tensor, bins: number, strategy: "uniform" | "quantile"): Bin[] {
  if (!(Number.isInteger(bins) && bins >= 1))
    throw new ArgumentError(op, `bins must be a positive integer, but got ${bins}`);
  const { n, columns, scores, classes } = probabilityRows(op, prediction, target);
  if (columns !== 1) throw new ArgumentError(op, `expected one probability for each example, but got ${columns}`);
  const sorted = strategy === "quantile" ? scores.slice().sort() : scores;
  const edges = Float64Array.from({ length: bins - 1 }, (_, k) => {
    const q = (k + 1) / bins;
    return strategy === "quantile" ? quantile(sorted, q) : q;
  });
  const all = Array.from({ length: bins }, (): Bin => ({ count: 0, predicted: 0, positive: 0 }));
  for (let i = 0; i < n; i++) {
    // the number of edges below the probability
    let [low, high] = [0, edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle] < scores[i]) low = middle + 1;
      else high = middle;
    }
    all[low].count++;
    all[low].predicted += scores[i];
    all[low].positive += classes[i];
  }
  return all.filter(({ count }) => count > 0);
}

/** Observed and predicted frequencies of class 1 in bins, float64 [bins that have examples]. */
export interface CalibrationCurve {
  /** Share of examples of class 1. */
  readonly observed: Tensor;
  /** Mean of the predicted probabilities. */
  readonly predicted: Tensor;
}

/**
 * Returns the calibration curve of probabilities [n] of class 1: in each bin of probabilities the mean of those and the share of class 1, which are equal for
 * calibrated predictions. A probability on an edge belongs to the bin below.
 * @throws ArgumentError for predictions outside of [0, 1] and targets other than 0 and 1; {@link ShapeError} for other shapes.
 * @example metrics.calibrationCurve(tensor([0.25, 0.25, 0.75, 0.75]), tensor([0, 0, 0, 1])).observed.toArray(); // [0, 0.5]
 */
export function calibrationCurve(
  prediction: Tensor,
  target: Tensor,
  { bins = 5, strategy = "uniform" }: CalibrationOptions = {},
): CalibrationCurve {
  const found = binsOf("calibrationCurve", prediction, target, bins, strategy);
  const column = (f: (bin: Bin) => number): Tensor => fromArray(Float64Array.from(found, f), "float64", [found.length]);
  return {
    observed: column(({ positive, count }) => positive / count),
    predicted: column(({ predicted, count }) => predicted / count),
  };
}

/**
 * Returns the expected calibration error (Naeini, Cooper and Hauskrecht 2015): the mean distance of predicted probabilities from observed frequencies in bins,
 * weighted by the numbers of examples.
 * @throws ArgumentError for predictions outside of [0, 1] and targets other than 0 and 1; {@link ShapeError} for other shapes.
 * @example metrics.expectedCalibrationError(tensor([0.25, 0.25, 0.75, 0.75]), tensor([0, 0, 1, 1])); // 0.25
 */
export function expectedCalibrationError(
  prediction: Tensor,
  target: Tensor,
  { bins = 10, strategy = "uniform" }: CalibrationOptions = {},
): number {
  const found = binsOf("expectedCalibrationError", prediction, target, bins, strategy);
  const n = found.reduce((sum, { count }) => sum + count, 0);
  return found.reduce((sum, { predicted, positive }) => sum + Math.abs(predicted - positive), 0) / n;
}
