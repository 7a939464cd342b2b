/** What may be wrong with a gradient that finite differences do not confirm. */
import { contiguousArray } from "../tensor/strided.ts";
import type { Check } from "./gradcheck.ts";

/** The element farthest off, and both Jacobians. */
export interface Mismatch {
  readonly output: number;
  readonly input: number;
  readonly element: number;
  readonly row: number;
  readonly analytical: Float64Array;
  readonly numerical: Float64Array;
}

/** Whether the slopes on the two sides of x differ, or go on growing as the step shrinks. */
function kinkNearby(check: Check, { output, input, element, row }: Mismatch): boolean {
  const { eps } = check.settings;
  const value = (h: number): number =>
    contiguousArray(
      check.shifted(input, (x) => {
        x.storage.array[element] += h;
      })[output],
    )[row];
  const here = value(0);
  const sides = (h: number): number => Math.abs((value(h) - here) / h - (here - value(-h)) / h);
  const scale = Math.max(1e-3, Math.abs((value(eps) - value(-eps)) / (2 * eps)));
  // of a smooth function the difference of the sides shrinks with the step
  return sides(eps) > 0.01 * scale && sides(eps / 4) > 0.5 * sides(eps);
}

/** The number by which all wrong elements are off, if there is one. */
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

/** A guess in words, or nothing. */
export function likelyCause(check: Check, mismatch: Mismatch): string {
  const { input, analytical, numerical } = mismatch;
  const x = check.inputs[input];
  if (x.dtype !== "float64" || check.inputs.some((t) => t.requiresGrad && t.dtype !== "float64"))
    return ". Likely cause: the inputs are float32, too coarse for a step of 1e-6; use float64";
  if (kinkNearby(check, mismatch))
    return ". Likely cause: a kink or jump nearby, where the slopes on the two sides differ; move the input away from it";
  if (analytical.every((v) => v === 0))
    return ". Likely cause: the gradient is lost on the way, by detach(), item(), noGrad or a rule that gives null";
  const factor = commonFactor(mismatch);
  if (factor !== null) {
    const size = check.inputs.flatMap((t) => t.shape).find((n) => n > 1 && Math.abs(factor - n) < 1e-3 * n);
    if (Math.abs(factor - 2) < 1e-2 || Math.abs(factor - 0.5) < 1e-2)
      return `. Likely cause: a factor of two, as the gradient is everywhere ${factor > 1 ? "half" : "twice"} of what it should be`;
    if (Math.abs(factor + 1) < 1e-3)
      return ". Likely cause: a sign, as the gradient is everywhere the negative of what it should be";
    if (size !== undefined) return `. Likely cause: a missing sum over a broadcast dimension of size ${size}`;
    return `. All elements are off by one factor, ${Number(factor.toPrecision(4))}`;
  }
  if (numerical.some((v, i) => v !== 0 && analytical[i] === 0))
    return ". Likely cause: some elements get no gradient; look for a missing sum over a broadcast dimension, an index that repeats, or a branch that is left out";
  return "";
}
