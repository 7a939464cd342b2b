/** Options of `gradcheck`, its error, and its tolerance. */
import type { Tensor } from "../../tensor/tensor.ts";

/** A function whose gradients are checked: of tensors, to one tensor or several. */
export type Checked = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

/** Options of `gradcheck`. */
export interface GradcheckOptions {
  /** Step of the central differences; 1e-6 by default. */
  readonly eps?: number;
  /** Absolute tolerance, 1e-5 by default: gradients may differ by `atol + rtol |numerical|`. */
  readonly atol?: number;
  /** Relative tolerance; 1e-3 by default. */
  readonly rtol?: number;
  /** Whether to compare along one random direction, with two evaluations, rather than two for each element; false by default. */
  readonly fastMode?: boolean;
  /** Whether a wrong gradient throws, the default, rather than returning false. */
  readonly raiseException?: boolean;
  /** Tolerance of the difference between two backward passes; 0 by default. */
  readonly nondetTol?: number;
  /** Seed of the random directions; 0 by default. */
  readonly seed?: number;
}

/** The options of `gradcheck`, complete. */
export type Settings = Required<GradcheckOptions>;

export const defaults: Readonly<Settings> = {
  eps: 1e-6,
  atol: 1e-5,
  rtol: 1e-3,
  fastMode: false,
  raiseException: true,
  nondetTol: 0,
  seed: 0,
};

/**
 * The error of a gradient that does not agree with finite differences. Names the element that is farthest off.
 * @example new autograd.GradcheckError("gradcheck: wrong").name; // "GradcheckError"
 */
export class GradcheckError extends Error {
  override readonly name: string = "GradcheckError";
}

/** Returns whether a gradient agrees with finite differences within the tolerances; NaN agrees with NaN. */
export const agrees = (analytical: number, numerical: number, { atol, rtol }: Settings): boolean =>
  Math.abs(analytical - numerical) <= atol + rtol * Math.abs(numerical) ||
  (Number.isNaN(analytical) && Number.isNaN(numerical)) ||
  analytical === numerical;
