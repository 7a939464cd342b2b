/** The logarithm of the gamma function of a number, its derivatives, and the Hurwitz zeta function. */

/** The coefficients B₂ₖ / (2k)! of the Euler-Maclaurin formula: 2 (-1)^(k+1) ζ(2k) / (2π)^(2k), from k = 1. */
const bernoulliOverFactorial: readonly number[] = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
  43867 / 5109094217170944000,
  -174611 / 802857662698291200000,
  77683 / 14101100039391805440000,
];

/** The Bernoulli numbers B₂ₖ, from k = 1. */
const bernoulli: readonly number[] = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
];

/**
 * Returns the Hurwitz zeta function Σ (q + k)⁻ˢ over k >= 0, by the Euler-Maclaurin formula. It is infinite for s = 1 and for integers q <= 0, and NaN for s < 1 and
 * for other q < 0 where s is no integer.
 */
export function zetaOf(s: number, q: number): number {
  if (s === 1) return Number.POSITIVE_INFINITY;
  if (!(s > 1)) return Number.NaN;
  if (q <= 0) {
    if (q === Math.floor(q)) return Number.POSITIVE_INFINITY;
    if (!Number.isInteger(s)) return Number.NaN;
  }
  if (q === Number.POSITIVE_INFINITY) return 0;
  let total = 0;
  let a = q;
  for (let k = 0; k < 10 || a <= 9; k++) {
    const term = a ** -s;
    total += term;
    if (a > 0 && term < 1e-17 * Math.abs(total)) return total;
    a += 1;
  }
  let power = a ** -s;
  total += (power * a) / (s - 1) + power / 2;
  let factor = s;
  for (const [k, coefficient] of bernoulliOverFactorial.entries()) {
    power /= a;
    const term = coefficient * factor * power;
    total += term;
    if (Math.abs(term) < 1e-17 * Math.abs(total)) break;
    factor *= (s + 2 * k + 1) * (s + 2 * k + 2);
    power /= a;
  }
  return total;
}

/** Euler's constant γ. */
export const eulerGamma = 0.57721566490153286061;

/** The coefficients (-1)ᵏ (ζ(k) - 1) / k of the Taylor series of ln Γ(2 + t), from k = 2. */
const nearTwo: readonly number[] = Array.from({ length: 30 }, (_, i) => ((-1) ** i * zetaOf(i + 2, 2)) / (i + 2));

/** Returns ln Γ(2 + t) for |t| <= 0.5. */
function logGammaNearTwo(t: number): number {
  let series = 0;
  for (let i = nearTwo.length - 1; i >= 0; i--) series = series * t + nearTwo[i];
  return t * (1 - eulerGamma + t * series);
}

/** Returns ln Γ(1 + a) for 0 <= a, without rounding 1 + a where a is small. */
export const logGammaOnePlus = (a: number): number =>
  a < 0.5 ? logGammaNearTwo(a) - Math.log1p(a) : logGammaOfPositive(1 + a);

/** Returns ln Γ(x) for x > 0. */
function logGammaOfPositive(x: number): number {
  if (x < 0.5) return logGammaNearTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1);
  if (x < 10) {
    let product = 1;
    let y = x;
    for (; y > 2.5; ) {
      y -= 1;
      product *= y;
    }
    return logGammaNearTwo(y - 2) + Math.log(product);
  }
  if (x > 1e17) return x * (Math.log(x) - 1);
  // Stirling's series, Σ B₂ₖ / (2k (2k - 1) x^(2k - 1))
  let power = 1 / x;
  let series = 0;
  for (const [k, b] of bernoulli.entries()) {
    series += (b / ((2 * k + 2) * (2 * k + 1))) * power;
    power /= x * x;
  }
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series;
}

/** Returns sin(πx), exact at integers. */
function sinPi(x: number): number {
  const rest = x - 2 * Math.round(x / 2);
  if (Math.abs(rest) > 0.5) return Math.sin(Math.PI * (Math.sign(rest) - rest));
  return Math.sin(Math.PI * rest);
}

/** Returns ln |Γ(x)|, which is infinite at 0, at negative integers and at infinities. */
export function logGammaOf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) return Number.POSITIVE_INFINITY;
  if (x > 0) return logGammaOfPositive(x);
  if (x > -0.5) return logGammaNearTwo(x) - Math.log1p(x) - Math.log(-x);
  // Γ(x) Γ(-x) = -π / (x sin(πx))
  return Math.log(Math.PI / Math.abs(x * sinPi(x))) - logGammaOfPositive(-x);
}

/** Returns cot(πx) π. */
function cotangentPi(x: number): number {
  const rest = x - Math.round(x);
  return Math.abs(rest) === 0.5 ? 0 : Math.PI / Math.tan(Math.PI * rest);
}

/** Returns the derivative of ln Γ(x): NaN at negative integers, ∓∞ at ±0. */
export function digammaOf(x: number): number {
  if (x === 0) return -1 / x;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x < 0) return Number.isInteger(x) || !Number.isFinite(x) ? Number.NaN : digammaOf(1 - x) - cotangentPi(x);
  let y = x;
  let total = 0;
  for (; y < 10; y++) total -= 1 / y;
  let power = 1 / (y * y);
  let series = 0;
  for (const [k, b] of bernoulli.entries()) {
    series += (b / (2 * k + 2)) * power;
    power /= y * y;
  }
  return total + (Math.log(y) - 0.5 / y - series);
}

/** Returns the derivative of order n of the digamma function, (-1)ⁿ⁺¹ n! ζ(n + 1, x) for n > 0. */
export function polygammaOf(n: number, x: number): number {
  if (n === 0) return digammaOf(x);
  let factorial = 1;
  for (let k = 2; k <= n && factorial < Number.POSITIVE_INFINITY; k++) factorial *= k;
  return (n % 2 === 0 ? -1 : 1) * factorial * zetaOf(n + 1, x);
}
