/** The regularized incomplete gamma functions of two numbers. */
import { erfcOf } from "./error-complement.ts";
import { logGammaOnePlus } from "./gamma-function.ts";

/** Returns m - ln(1 + m) for m = (x - a) / a, without cancellation where x is near a. */
function logGap(a: number, x: number): number {
  const m = (x - a) / a;
  if (Math.abs(m) > 0.5) return m - Math.log(x / a);
  // with r = m / (2 + m): ln(1 + m) = 2 Σ r^(2k + 1) / (2k + 1), and m - 2r = m r
  const r = m / (2 + m);
  let power = r * r * r;
  let series = 0;
  for (let k = 3; Math.abs(power) > 1e-18 * Math.abs(r * m); k += 2) {
    series += power / k;
    power *= r * r;
  }
  return m * r - 2 * series;
}

/** Returns ln Γ(a + 1) - (a ln a - a + ln(2πa) / 2) for a >= 10, by Stirling's series. */
function stirlingTail(a: number): number {
  const z = 1 / (a * a);
  return (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z * (1 / 1188 - (z * 691) / 360360))))) / a;
}

/** Returns x^a e^-x / Γ(a + 1). */
function weight(a: number, x: number): number {
  if (a < 10) return Math.exp(a * Math.log(x) - x - logGammaOnePlus(a));
  return Math.exp(-a * logGap(a, x) - stirlingTail(a)) / Math.sqrt(2 * Math.PI * a);
}

/** Returns P(a, x) by its power series, whose terms are positive (DLMF 8.11.4). */
function lowerSeries(a: number, x: number, precision: number): number {
  let term = 1;
  let total = 1;
  for (let n = a + 1; term > precision * total; n++) {
    term *= x / n;
    total += term;
  }
  return weight(a, x) * total;
}

/** Returns Q(a, x) for small x: 1 - x^a / Γ(a + 1) plus the rest of the alternating series (DLMF 8.7.3). */
function upperSeries(a: number, x: number, precision: number): number {
  let factor = 1;
  let series = 0;
  for (let n = 1; n < 200; n++) {
    factor *= -x / n;
    const term = factor / (a + n);
    series += term;
    if (Math.abs(term) <= precision * Math.abs(series)) break;
  }
  const log = a * Math.log(x) - logGammaOnePlus(a);
  return -Math.expm1(log) - a * Math.exp(log) * series;
}

/** Returns Q(a, x) by its continued fraction (DLMF 8.9.2), in the form of Lentz. */
function upperFraction(a: number, x: number, precision: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 100000; i++) {
    const n = -i * (i - a);
    b += 2;
    d = 1 / (n * d + b);
    c = b + n / c;
    const factor = c * d;
    h *= factor;
    if (Math.abs(factor - 1) < 20 * precision) break;
  }
  return a * weight(a, x) * h;
}

/** The coefficients of the first two terms of the uniform expansion, in powers of η (DLMF 8.12.9). */
const uniform: readonly (readonly number[])[] = [
  [-1 / 3, 1 / 12, -2 / 135, 1 / 864, 1 / 2835, -139 / 777600, 1 / 25515],
  [-1 / 540, -1 / 288, 1 / 378, -77 / 77760],
];

/** Returns P(a, x) or Q(a, x) for large a and x near a, by the expansion that is uniform in x (DLMF 8.12.3 and 8.12.4). */
function uniformExpansion(a: number, x: number, upper: boolean): number {
  const half = logGap(a, x);
  const eta = Math.sign(x - a) * Math.sqrt(2 * half);
  const rest = uniform.map((row) => row.reduceRight((y, c) => y * eta + c, 0)).reduceRight((y, c) => y / a + c, 0);
  const sign = upper ? 1 : -1;
  return erfcOf(sign * eta * Math.sqrt(a / 2)) / 2 + (sign * Math.exp(-a * half) * rest) / Math.sqrt(2 * Math.PI * a);
}

/** Returns P and Q, of which the smaller one is computed and the other is 1 minus it, for finite positive a and x. */
function lowerAndUpper(a: number, x: number, precision: number): readonly [lower: number, upper: number] {
  if (a > 1e5 && Math.abs(x - a) < 0.05 * a) {
    const [lower, upper] = [uniformExpansion(a, x, false), uniformExpansion(a, x, true)];
    return [lower, upper];
  }
  if (x > a + 1 && x > 1.1) {
    const upper = upperFraction(a, x, precision);
    return [1 - upper, upper];
  }
  // for x < 1.1, Q is small compared with 1 where a is less than about -0.4 / ln x (Maddock et al., Boost)
  if (x <= 1.1 && (x <= 0.5 ? -0.4 / Math.log(x) : x * 1.1) > a) {
    const upper = upperSeries(a, x, precision);
    return [1 - upper, upper];
  }
  const lower = lowerSeries(a, x, precision);
  return [lower, 1 - lower];
}

/** Returns P(a, x) and Q(a, x), the regularized lower and upper incomplete gamma functions: NaN for negative arguments. Series end at terms below `precision` in relation to their sum. */
export function incompleteGammaOf(a: number, x: number, precision = 1e-17): readonly [lower: number, upper: number] {
  if (!(a >= 0) || !(x >= 0)) return [Number.NaN, Number.NaN];
  if (a === 0) return x > 0 ? [1, 0] : [Number.NaN, Number.NaN];
  if (x === 0) return [0, 1];
  if (a === Number.POSITIVE_INFINITY) return x === a ? [Number.NaN, Number.NaN] : [0, 1];
  return x === Number.POSITIVE_INFINITY ? [1, 0] : lowerAndUpper(a, x, precision);
}
