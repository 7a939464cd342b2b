/** Measures over batches: examples are added as they come, and the value is that of all of them together. */

import type { NumericArray } from "../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Option of most metrics. */
export interface Weighted {
  /** Weights of the examples, [n]; all 1 by default. */
  readonly sampleWeight?: Tensor;
}

/** The state of a metric as plain data, for checkpoints within an epoch. */
export type MetricState = number | boolean | null | readonly MetricState[] | { readonly [name: string]: MetricState };

/** The accumulated examples of a metric. */
export interface Accumulator {
  /** Adds a batch. */
  add(prediction: Tensor, target: Tensor, sampleWeight: Tensor | undefined): void;
  /** Returns the value of all examples so far. */
  value(): number;
  /** Returns what was accumulated, from which `load` continues. */
  save(): MetricState;
  /** Continues from what `save` returned. */
  load(state: MetricState): void;
}

/** Returns the value of a metric for one batch. */
export function valueOf(
  accumulator: Accumulator,
  prediction: Tensor,
  target: Tensor,
  { sampleWeight }: Weighted,
): number {
  accumulator.add(prediction, target, sampleWeight);
  return accumulator.value();
}

/** Returns the weights of `n` examples; `null` where all are 1. */
export function weightsOf(op: string, sampleWeight: Tensor | undefined, n: number): NumericArray | null {
  if (sampleWeight === undefined) return null;
  if (sampleWeight.ndim !== 1 || sampleWeight.shape[0] !== n)
    throw new ShapeError(op, `sampleWeight must have a weight for each of the ${n} examples`, [sampleWeight.shape]);
  const weights = contiguousArray(sampleWeight);
  const wrong = weights.find((w) => !Number.isFinite(w));
  if (wrong !== undefined) throw new ArgumentError(op, `sampleWeight must be finite, but got ${wrong}`);
  return weights;
}

/** The losses of examples, in columns for each output, and the weights of the examples. */
export interface Losses {
  /** Losses in row-major order, [n, columns]. */
  readonly losses: ArrayLike<number>;
  readonly columns: number;
}

/**
 * Returns the accumulator of a mean: the weighted mean of the losses of each column, of which `finish` is applied to each before their mean is taken.
 */
export function meanOf(
  op: string,
  losses: (prediction: Tensor, target: Tensor) => Losses,
  finish: (mean: number) => number = (mean) => mean,
): Accumulator {
  let sums: Float64Array = new Float64Array(0);
  let total = 0;
  return {
    add(prediction, target, sampleWeight) {
      const { losses: list, columns } = losses(prediction, target);
      const n = columns === 0 ? 0 : list.length / columns;
      const weights = weightsOf(op, sampleWeight, n);
      if (sums.length === 0) sums = new Float64Array(columns);
      if (sums.length !== columns)
        throw new ArgumentError(op, `batches must have the same outputs, but got ${sums.length} and ${columns}`);
      for (let i = 0; i < n; i++) {
        const weight = weights?.[i] ?? 1;
        total += weight;
        for (let c = 0; c < columns; c++) sums[c] += weight * list[i * columns + c];
      }
    },
    value: () => sums.reduce((sum, s) => sum + finish(s / total), 0) / sums.length,
    save: () => ({ sums: Array.from(sums), total }),
    load(state) {
      const saved = state as { readonly sums: readonly number[]; readonly total: number };
      sums = Float64Array.from(saved.sums);
      total = saved.total;
    },
  };
}
