/** Samples of the gamma distribution of rate 1, with gradients by implicit differentiation. */

import { digammaOf } from "../ops/elementwise/gamma-function.ts";
import { newArray } from "../tensor/dtype.ts";
import { defaultGenerator, type Generator } from "../tensor/random.ts";
import type { Shape } from "../tensor/shape.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import type { SampleOptions } from "./distribution.ts";

/** Returns a sample by squeezed rejection (Marsaglia and Tsang 2000); below 1, by the sample of α + 1 times u^(1 / α). */
function sampleOne(alpha: number, generator: Generator): number {
  if (alpha < 1) return sampleOne(alpha + 1, generator) * (1 - generator.uniform()) ** (1 / alpha);
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = generator.normal();
    const v = (1 + c * z) ** 3;
    if (v <= 0) continue;
    const u = 1 - generator.uniform();
    if (Math.log(u) < 0.5 * z * z + d * (1 - v + Math.log(v))) return d * v;
  }
}

/**
 * Returns dx/dα of a sample x at a constant value of the distribution function P(α, x): -∂P/∂α divided by the density (Figurnov, Mohamed and Mnih 2018). P is the series
 * Σ x^(α + k) e^(-x) / Γ(α + k + 1), so ∂P/∂α is the sum of its terms times log x - ψ(α + k + 1).
 */
export function gammaSlope(alpha: number, x: number): number {
  if (x === 0) return 0;
  if (alpha > 1000) return slopeOfLarge(alpha, x);
  const logX = Math.log(x);
  // the terms divided by the density x^(α - 1) e^(-x) / Γ(α): x / α, and each next one times x / (α + k)
  let term = x / alpha;
  let psi = digammaOf(alpha + 1);
  let sum = 0;
  for (let k = 1; ; k++) {
    const step = term * (logX - psi);
    sum += step;
    if (k > x - alpha && term < 1e-17 * Math.abs(sum)) return -sum;
    if (k > 100_000 || !Number.isFinite(sum)) return -sum;
    psi += 1 / (alpha + k);
    term *= x / (alpha + k);
  }
}

/**
 * The limit for large α: by the transformation of Wilson and Hilferty (1931), x = α (1 - 1 / (9 α) + z / (3 √α))³ of a normal z, which stays when α changes.
 */
function slopeOfLarge(alpha: number, x: number): number {
  const root = Math.cbrt(x / alpha);
  const z = (root - 1 + 1 / (9 * alpha)) * 3 * Math.sqrt(alpha);
  const change = 1 / (9 * alpha ** 2) - z / (6 * alpha ** 1.5);
  return root ** 3 + 3 * alpha * root ** 2 * change;
}

/** Returns samples for each element of `alpha`, with gradients of first order. */
export function standardGamma(alpha: Tensor, generator: Generator = defaultGenerator): Tensor {
  const concentrations = contiguousArray(alpha.detach());
  const samples = newArray(alpha.dtype, concentrations.length);
  // the smallest positive number, where a sample of a tiny α would be rounded to 0
  const least = alpha.dtype === "float64" ? 2 ** -1022 : 2 ** -126;
  for (let i = 0; i < samples.length; i++) samples[i] = Math.max(sampleOne(concentrations[i], generator), least);
  const x = fromArray(samples, alpha.dtype, alpha.shape);
  if (!alpha.requiresGrad) return x;
  const slopes = newArray(alpha.dtype, concentrations.length);
  for (let i = 0; i < slopes.length; i++) slopes[i] = gammaSlope(concentrations[i], samples[i]);
  // the value of x, with the slope as its derivative
  return x.add(alpha.sub(alpha.detach()).mul(fromArray(slopes, alpha.dtype, alpha.shape)));
}

/** Returns samples of the gamma distribution of rate 1 for concentrations that are broadcast to a shape. */
export const gammaOf = (concentration: Tensor, shape: Shape, { generator }: SampleOptions): Tensor =>
  standardGamma(concentration.expand(shape).contiguous(), generator);

/** Returns log B(a, b). */
export const logBeta = (a: Tensor, b: Tensor): Tensor => a.lgamma().add(b.lgamma()).sub(a.add(b).lgamma());
