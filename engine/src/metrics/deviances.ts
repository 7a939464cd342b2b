/** Losses of quantiles and of distributions of the exponential family. */
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Accumulator, valueOf, type Weighted } from "./accumulator.ts";
import { meanLoss } from "./regression.ts";

/** Options of `meanPinballLoss`. */
export interface PinballOptions extends Weighted {
  /** The quantile that is predicted, in [0, 1]; 0.5 by default, the median. */
  readonly alpha?: number;
}

/** Returns the accumulator of {@link meanPinballLoss}. */
export function pinballScore({ alpha = 0.5 }: PinballOptions): Accumulator {
  if (!(alpha >= 0 && alpha <= 1))
    throw new ArgumentError("meanPinballLoss", `alpha must be in [0, 1], but got ${alpha}`);
  return meanLoss("meanPinballLoss", (p, t) => (t >= p ? alpha * (t - p) : (1 - alpha) * (p - t)));
}

/**
 * Returns the mean pinball loss of predicted quantiles: α (t - p) where the target is above, (1 - α) (p - t) where it is below.
 * @throws ArgumentError for `alpha` outside of [0, 1]; {@link ShapeError} unless predictions and targets have one shape.
 * @example metrics.meanPinballLoss(tensor([1, 2]), tensor([2, 2]), { alpha: 0.9 }); // 0.45
 */
export const meanPinballLoss = (prediction: Tensor, target: Tensor, options: PinballOptions = {}): number =>
  valueOf(pinballScore(options), prediction, target, options);

/** Options of `meanTweedieDeviance`. */
export interface TweedieOptions extends Weighted {
  /** Power of the variance: 0 (the default) normal, 1 Poisson, 2 gamma, 3 inverse Gaussian; none in (0, 1). */
  readonly power?: number;
}

/** Throws unless numbers are in the domain of a power. */
function checkDomain(op: string, power: number, p: number, t: number): void {
  if (power === 0) return;
  if (!(p > 0)) throw new ArgumentError(op, `predictions must be above 0 for power ${power}, but got ${p}`);
  if (power >= 2 && !(t > 0)) throw new ArgumentError(op, `targets must be above 0 for power ${power}, but got ${t}`);
  if (power >= 1 && !(t >= 0))
    throw new ArgumentError(op, `targets must be at least 0 for power ${power}, but got ${t}`);
}

/** Returns the unit deviance of a Tweedie distribution (Jørgensen 1987). */
function deviance(power: number, p: number, t: number): number {
  if (power === 0) return (p - t) ** 2;
  if (power === 1) return 2 * ((t === 0 ? 0 : t * Math.log(t / p)) - t + p);
  if (power === 2) return 2 * (Math.log(p / t) + t / p - 1);
  const [a, b] = [1 - power, 2 - power];
  return 2 * ((power < 0 ? Math.max(t, 0) : t) ** b / (a * b) - (t * p ** a) / a + p ** b / b);
}

/** Returns the accumulator of {@link meanTweedieDeviance}. */
export function tweedieScore({ power = 0 }: TweedieOptions, op = "meanTweedieDeviance"): Accumulator {
  if (power > 0 && power < 1)
    throw new ArgumentError(
      op,
      `power must be at most 0 or at least 1, as there is no such distribution, but got ${power}`,
    );
  return meanLoss(op, (p, t) => {
    checkDomain(op, power, p, t);
    return deviance(power, p, t);
  });
}

/**
 * Returns the mean deviance of a Tweedie distribution, whose variance is its mean to the `power`.
 * @throws ArgumentError for a power in (0, 1) and numbers outside of the domain: predictions must be above 0 unless the power is 0, targets at least 0 for
 * powers in [1, 2) and above 0 from 2 on; {@link ShapeError} unless predictions and targets have one shape.
 * @example metrics.meanTweedieDeviance(tensor([1, 2]), tensor([1, 4])); // 2
 */
export const meanTweedieDeviance = (prediction: Tensor, target: Tensor, options: TweedieOptions = {}): number =>
  valueOf(tweedieScore(options), prediction, target, options);

/**
 * Returns the mean deviance of the Poisson distribution, 2 (t log(t / p) - t + p), for predictions above 0 and targets of at least 0.
 * @throws ArgumentError for numbers outside of the domain; {@link ShapeError} unless predictions and targets have one shape.
 * @example metrics.meanPoissonDeviance(tensor([1, 2]), tensor([1, 0])); // 2
 */
export const meanPoissonDeviance = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(tweedieScore({ power: 1 }, "meanPoissonDeviance"), prediction, target, options);

/**
 * Returns the mean deviance of the gamma distribution, 2 (log(p / t) + t / p - 1), for predictions and targets above 0.
 * @throws ArgumentError for numbers outside of the domain; {@link ShapeError} unless predictions and targets have one shape.
 * @example metrics.meanGammaDeviance(tensor([1, 2]), tensor([1, 2])); // 0
 */
export const meanGammaDeviance = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(tweedieScore({ power: 2 }, "meanGammaDeviance"), prediction, target, options);
