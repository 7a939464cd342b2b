/** Shares of the variance of targets that predictions explain. */
import type { Tensor } from "../tensor/tensor.ts";
import { type Accumulator, valueOf, type Weighted, weightsOf } from "./accumulator.ts";
import { pairsOf } from "./regression.ts";

/** Weighted mean and sum of squared deviations of a list, updated number by number (West 1979). */
class Moments {
  weight = 0;
  mean = 0;
  squares = 0;

  /** Returns moments that `save` returned. */
  static of([weight, mean, squares]: readonly number[]): Moments {
    return Object.assign(new Moments(), { weight, mean, squares });
  }

  save(): number[] {
    return [this.weight, this.mean, this.squares];
  }

  add(value: number, weight: number): void {
    if (weight === 0) return;
    this.weight += weight;
    const step = value - this.mean;
    this.mean += (weight / this.weight) * step;
    this.squares += weight * step * (value - this.mean);
  }
}

/** Options of `r2` and `explainedVariance`. */
export interface ExplainedOptions extends Weighted {
  /** Mean over outputs: uniform (the default), or weighted by the variances of the targets. */
  readonly average?: "uniform" | "variance";
}

/** Returns 1 - unexplained / total; for a total of 0 it is 1 if nothing is unexplained, else 0. */
const explainedShare = (unexplained: number, total: number): number => {
  if (unexplained === 0) return 1;
  return total === 0 ? 0 : 1 - unexplained / total;
};

/** Moments of one output. */
interface Output {
  readonly target: Moments;
  readonly error: Moments;
}

function explained(
  op: string,
  { average = "uniform" }: ExplainedOptions,
  unexplained: (error: Moments) => number,
  least: number,
): Accumulator {
  const outputs: Output[] = [];
  let n = 0;
  return {
    add(prediction, target, sampleWeight) {
      const { predicted, actual, columns } = pairsOf(op, prediction, target);
      const rows = actual.length / columns;
      const weights = weightsOf(op, sampleWeight, rows);
      n += rows;
      for (let c = outputs.length; c < columns; c++) outputs.push({ target: new Moments(), error: new Moments() });
      for (let i = 0; i < rows; i++)
        for (let c = 0; c < columns; c++) {
          const at = i * columns + c;
          const weight = weights?.[i] ?? 1;
          outputs[c].target.add(actual[at], weight);
          outputs[c].error.add(actual[at] - predicted[at], weight);
        }
    },
    value() {
      if (n < least) return Number.NaN;
      const isByVariance = average === "variance" && outputs.some(({ target }) => target.squares !== 0);
      let [sum, total] = [0, 0];
      for (const { target, error } of outputs) {
        const weight = isByVariance ? target.squares : 1;
        sum += weight * explainedShare(unexplained(error), target.squares);
        total += weight;
      }
      return sum / total;
    },
    save: () => ({ n, outputs: outputs.map(({ target, error }) => [target.save(), error.save()]) }),
    load(state) {
      const saved = state as { readonly n: number; readonly outputs: readonly (readonly (readonly number[])[])[] };
      n = saved.n;
      outputs.splice(
        0,
        outputs.length,
        ...saved.outputs.map(([target, error]) => ({ target: Moments.of(target), error: Moments.of(error) })),
      );
    },
  };
}

export const r2Score = (options: ExplainedOptions): Accumulator =>
  explained("r2", options, ({ squares, mean, weight }) => squares + weight * mean ** 2, 2);

export const explainedVarianceScore = (options: ExplainedOptions): Accumulator =>
  explained("explainedVariance", options, ({ squares }) => squares, 1);

/**
 * Returns R², the coefficient of determination: 1 - Σ (t - p)² / Σ (t - mean of t)². 1 for perfect predictions, 0 for the mean as prediction, negative for worse
 * ones. For a constant target it is 1 if all predictions are right, else 0; NaN for fewer than two examples.
 * @throws ShapeError unless predictions and targets have one shape.
 * @example metrics.r2(tensor([2.5, 0, 2, 8]), tensor([3, -0.5, 2, 7])); // 0.9486081370449679
 */
export const r2 = (prediction: Tensor, target: Tensor, options: ExplainedOptions = {}): number =>
  valueOf(r2Score(options), prediction, target, options);

/**
 * Returns the share of explained variance: 1 - Var(t - p) / Var(t). Other than R², it does not count a constant error.
 * @throws ShapeError unless predictions and targets have one shape.
 * @example metrics.explainedVariance(tensor([1, 2, 3]), tensor([2, 3, 4])); // 1
 */
export const explainedVariance = (prediction: Tensor, target: Tensor, options: ExplainedOptions = {}): number =>
  valueOf(explainedVarianceScore(options), prediction, target, options);
