/** The sizes from which a gradient is called tiny or huge. */
import type { GradientCase } from "../gradient/case.ts";
import { rms } from "../gradient/numbers.ts";

/** Root mean squares of a gradient: below, the way is looked at for what shrinks it, and above for what makes it grow. */
const tinyGradient = 1e-6;
const hugeGradient = 1e2;
/** Ratios of these root mean squares to those of the weight, for weights that are small or large themselves. */
const tinyRatio = 1e-5;
const hugeRatio = 1e2;

/** Whether a gradient is so small that a usual step does not change the tensor. */
export function isTiny(c: GradientCase): boolean {
  if (c.state !== null || c.numbers === null) return false;
  const g = rms(c.numbers);
  if (!(g < tinyGradient)) return false;
  const w = rms(c.tensorNumbers);
  return w === 0 || g / w < tinyRatio;
}

/** Whether a gradient is so large that a usual step destroys the tensor. */
export function isHuge(c: GradientCase): boolean {
  if (c.state !== null || c.numbers === null) return false;
  const g = rms(c.numbers);
  if (!(g > hugeGradient)) return false;
  const w = rms(c.tensorNumbers);
  return w === 0 || g / w > hugeRatio;
}
