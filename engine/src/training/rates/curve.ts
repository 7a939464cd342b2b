/** The curve of losses by learning rate, and the rate that it suggests. */
import { Display } from "../../inspect/shared/display.ts";
import { encodeNumber, type RatesData } from "../../protocol/index.ts";
import { ratesOutput } from "../../view/rates/output.ts";

/** Part of the steps at the beginning, whose average has hardly begun, and part over which slopes are measured, so that noise suggests nothing. */
const [warmUp, span] = [0.1, 0.04];

/**
 * Returns the index at which the smoothed loss falls most steeply over the logarithm of the rate, by central differences, before its least value; `null` where it does
 * not fall.
 */
export function steepest(smoothed: readonly number[]): number | null {
  const n = smoothed.length;
  const width = Math.max(Math.round(span * n), 1);
  const from = Math.max(Math.round(warmUp * n), width);
  let least = from;
  for (let i = from; i < n; i++) if (smoothed[i] < smoothed[least]) least = i;
  let [at, slope] = [-1, 0];
  for (let i = from; i <= Math.min(least, n - 1 - width); i++) {
    const own = smoothed[i + width] - smoothed[i - width];
    if (own < slope) [at, slope] = [i, own];
  }
  return at < 0 ? null : at;
}

/** The losses of a search for a learning rate. Notebooks show the curve. */
export class LearningRateCurve extends Display<RatesData> {
  /** The learning rates, which grow by a constant factor. */
  readonly rates: readonly number[];
  /** The loss at each of them. */
  readonly losses: readonly number[];
  /** Moving average of the losses. */
  readonly smoothed: readonly number[];
  /** The rate at which the smoothed loss falls most steeply; `null` where it does not fall. */
  readonly suggestion: number | null;
  /** Whether the search ended because the loss grew too large. */
  readonly diverged: boolean;

  constructor(rates: readonly number[], losses: readonly number[], smoothed: readonly number[], diverged: boolean) {
    const at = steepest(smoothed);
    super(ratesOutput, {
      schema: 1,
      rates: rates.map((v) => encodeNumber(v)),
      losses: losses.map((v) => encodeNumber(v)),
      smoothed: smoothed.map((v) => encodeNumber(v)),
      suggestion: at,
      diverged,
    });
    this.rates = rates;
    this.losses = losses;
    this.smoothed = smoothed;
    this.suggestion = at === null ? null : rates[at];
    this.diverged = diverged;
  }
}
