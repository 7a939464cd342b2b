/** Likely causes of a gradient that does not agree with finite differences. */
import { contiguousArray } from "../../tensor/strided.ts";
import type { CheckedFunction } from "./checked-function.ts";

/** The worst element of a wrong Jacobian, and both Jacobians, row-major. */
export interface Mismatch {
  /** Position of the output. */
  readonly output: number;
  /** Position of the input. */
  readonly input: number;
  /** Element of the input: the column. */
  readonly element: number;
  /** Element of the output. */
  readonly row: number;
  readonly analytical: Float64Array;
  readonly numerical: Float64Array;
}

/** Returns whether the one-sided slopes differ, and their difference does not vanish with the step, as it does for a smooth function. */
function hasKinkNearby(check: CheckedFunction, { output, input, element, row }: Mismatch): boolean {
  const { eps } = check.settings;
  const value = (h: number): number => contiguousArray(check.outputsAtElement(input, element, h)[output])[row];
  const here = value(0);
  const slopeDifference = (h: number): number => Math.abs((value(h) - here) / h - (here - value(-h)) / h);
  const scale = Math.max(1e-3, Math.abs((value(eps) - value(-eps)) / (2 * eps)));
  return slopeDifference(eps) > 0.01 * scale && slopeDifference(eps / 4) > 0.5 * slopeDifference(eps);
}

/** Returns the one factor between all elements of the numerical and the analytical Jacobian, or `null`. */
function commonFactor({ analytical, numerical }: Mismatch): number | null {
  let factor: number | null = null;
  for (let i = 0; i < analytical.length; i++) {
    if (Math.abs(numerical[i]) < 1e-4 && Math.abs(analytical[i]) < 1e-4) continue;
    const f = numerical[i] / analytical[i];
    if (!Number.isFinite(f) || (factor !== null && Math.abs(f - factor) > 1e-3 * Math.abs(factor))) return null;
    factor ??= f;
  }
  return factor;
}

/** Returns the cause of a Jacobian that is off by one factor. */
function causeOfFactor(check: CheckedFunction, factor: number): string {
  if (Math.abs(factor - 2) < 1e-2 || Math.abs(factor - 0.5) < 1e-2)
    return `. Likely cause: a factor of two, as the gradient is everywhere ${factor > 1 ? "half" : "twice"} of what it should be`;
  if (Math.abs(factor + 1) < 1e-3)
    return ". Likely cause: a sign, as the gradient is everywhere the negative of what it should be";
  const size = check.inputs.flatMap((t) => t.shape).find((n) => n > 1 && Math.abs(factor - n) < 1e-3 * n);
  if (size !== undefined) return `. Likely cause: a missing sum over a broadcast dimension of size ${size}`;
  return `. All elements are off by one factor, ${Number(factor.toPrecision(4))}`;
}

/** Returns a likely cause as a sentence to append to the error, or an empty string. */
export function likelyCause(check: CheckedFunction, mismatch: Mismatch): string {
  const { input, analytical, numerical } = mismatch;
  const x = check.inputs[input];
  if (x.dtype !== "float64" || check.inputs.some((t) => t.requiresGrad && t.dtype !== "float64"))
    return ". Likely cause: the inputs are float32, too coarse for a step of 1e-6; use float64";
  if (hasKinkNearby(check, mismatch))
    return ". Likely cause: a kink or jump nearby, where the slopes on the two sides differ; move the input away from it";
  if (analytical.every((v) => v === 0))
    return ". Likely cause: the gradient is lost on the way, by detach(), item(), noGrad or a rule that gives null";
  const factor = commonFactor(mismatch);
  if (factor !== null) return causeOfFactor(check, factor);
  if (numerical.some((v, i) => v !== 0 && analytical[i] === 0))
    return ". Likely cause: some elements get no gradient; look for a missing sum over a broadcast dimension, an index that repeats, or a branch that is left out";
  return "";
}
