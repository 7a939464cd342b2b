/** Bessel functions J, Y and K of orders 0 and 1 of a number. */
import { scaledI0Of, scaledI1Of } from "../elementwise/bessel-function.ts";
import { eulerGamma } from "../elementwise/gamma-function.ts";

type Order = 0 | 1;

/** Returns J₀, J₁, J₂, … at 0 < x < 25, by Miller's backward recurrence, normalized by J₀ + 2 Σ J₂ₖ = 1 (Abramowitz and Stegun 9.12). */
function miller(x: number): Float64Array {
  const start = 2 * Math.ceil(x / 2 + 14);
  const j = new Float64Array(start + 2);
  j[start] = 1e-250;
  let norm = 0;
  for (let k = start; k > 0; k--) {
    j[k - 1] = ((2 * k) / x) * j[k] - j[k + 1];
    if (k % 2 === 0) norm += 2 * j[k];
  }
  norm += j[0];
  return j.map((v) => v / norm);
}

/**
 * Returns Jₙ(x) and Yₙ(x) for x >= 25, by Hankel's asymptotic series (Abramowitz and Stegun 9.2.5 to 9.2.10): √(2 / πx) (P cos χ - Q sin χ) and √(2 / πx) (P sin χ + Q cos χ) with
 * χ = x - (n / 2 + 1 / 4) π.
 */
function hankel(order: Order, x: number): readonly [j: number, y: number] {
  let term = 1;
  let [p, q] = [1, 0];
  for (let k = 1; k < 2 * x && Math.abs(term) > 1e-18; k++) {
    term *= (4 * order - (2 * k - 1) ** 2) / (8 * k * x);
    if (k % 2 === 1) q += k % 4 === 1 ? term : -term;
    else p += k % 4 === 0 ? term : -term;
  }
  // cos χ and sin χ times √2, as x - π/4 would round
  const [sin, cos] = [Math.sin(x), Math.cos(x)];
  const [cosine, sine] = order === 0 ? [cos + sin, sin - cos] : [sin - cos, -sin - cos];
  const scale = 1 / Math.sqrt(Math.PI * x);
  return [scale * (p * cosine - q * sine), scale * (p * sine + q * cosine)];
}

/** Returns Jₙ(x), the Bessel function of the first kind. */
export function besselJOf(order: Order, x: number): number {
  const a = Math.abs(x);
  const sign = order === 1 && x < 0 ? -1 : 1;
  if (a < 1e-9) return order === 0 ? 1 : x / 2;
  return sign * (a < 25 ? miller(a)[order] : hankel(order, a)[0]);
}

/** Returns Yₙ(x), the Bessel function of the second kind: -∞ at 0, and NaN below, by Neumann's series (Abramowitz and Stegun 9.1.88). */
export function besselYOf(order: Order, x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x >= 25) return hankel(order, x)[1];
  const log = Math.log(x / 2) + eulerGamma;
  if (x < 1e-9) return order === 0 ? (2 / Math.PI) * log : -2 / (Math.PI * x);
  const j = miller(x);
  let series = 0;
  for (let k = Math.floor((j.length - 2) / 2); k > 0; k--) {
    const weight = (2 * k + order) / (k * (k + order));
    const value = j[2 * k + order] ?? 0;
    series += (k % 2 === 0 ? 1 : -1) * weight * value;
  }
  if (order === 0) return (2 / Math.PI) * (log * j[0] - series);
  return (2 / Math.PI) * ((log - 1) * j[1] - j[0] / x - series);
}

/**
 * Returns eˣ K_ν(x) for x >= 0.5, from ∫ exp(-x (cosh t - 1)) cosh(νt) dt over t >= 0 by the trapezoidal rule, which converges exponentially as the integrand is analytic and
 * decays doubly exponentially (Trefethen and Weideman, 2014).
 */
export function scaledKOf(order: number, x: number): number {
  const step = Math.min(0.15, 0.5 / Math.sqrt(x));
  let total = 0.5;
  for (let k = 1; ; k++) {
    const term = Math.exp(-2 * x * Math.sinh((k * step) / 2) ** 2) * Math.cosh(order * k * step);
    total += term;
    if (term < 1e-18 * total) return total * step;
  }
}

/** Returns K₀(x) and K₁(x) for 0 < x < 1: the power series (Abramowitz and Stegun 9.6.13), and the Wronskian I₀ K₁ + I₁ K₀ = 1 / x. */
function smallK(x: number): readonly [number, number] {
  const log = -(Math.log(x / 2) + eulerGamma);
  let term = 1;
  let harmonic = 0;
  let k0 = log;
  for (let k = 1; term > 1e-18; k++) {
    term *= (x * x) / (4 * k * k);
    harmonic += 1 / k;
    k0 += term * (log + harmonic);
  }
  const e = Math.exp(x);
  return [k0, (1 / x - scaledI1Of(x) * e * k0) / (scaledI0Of(x) * e)];
}

/** Returns Kₙ(x), the modified Bessel function of the second kind, or eˣ Kₙ(x): ∞ at 0, and NaN below. */
export function besselKOf(order: Order, scaled: boolean, x: number): number {
  if (!(x > 0)) return x === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (x < 1) return smallK(x)[order] * (scaled ? Math.exp(x) : 1);
  return scaledKOf(order, x) * (scaled ? 1 : Math.exp(-x));
}
