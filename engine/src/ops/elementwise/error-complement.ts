/** The complementary error function of a number, scaled or not, and its inverse. */

/** Returns the polynomial with the given coefficients, the highest power first. */
const polynomial = (x: number, coefficients: readonly number[]): number => coefficients.reduce((y, c) => y * x + c, 0);

// rational approximations of W. J. Cody, Math. Comp. 23 (1969): erf(x) / x in x² to 0.46875, erfcx(x) in x to 4, and x erfcx(x) in 1 / x² beyond
const smallNumerator: readonly number[] = [
  1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3,
];
const smallDenominator: readonly number[] = [
  1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3,
];
const middleNumerator: readonly number[] = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
  8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
];
const middleDenominator: readonly number[] = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3,
  4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];
const largeNumerator: readonly number[] = [
  1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
  1.60837851487422766e-2, 6.58749161529837803e-4,
];
const largeDenominator: readonly number[] = [
  1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3,
];

/** Returns e^(sign x²). The square is split so that its rounding error does not grow with x. */
function expOfSquare(x: number, sign: 1 | -1): number {
  const head = Math.trunc(x * 16) / 16;
  return Math.exp(sign * head * head) * Math.exp(sign * (x - head) * (x + head));
}

/** Returns erf(x) for |x| <= 0.46875. */
const smallErf = (x: number): number => (x * polynomial(x * x, smallNumerator)) / polynomial(x * x, smallDenominator);

/** Returns e^(x²) erfc(x) for x > 0.46875. */
function erfcxAbove(x: number): number {
  if (x <= 4) return polynomial(x, middleNumerator) / polynomial(x, middleDenominator);
  const z = 1 / (x * x);
  return (1 / Math.sqrt(Math.PI) - (z * polynomial(z, largeNumerator)) / polynomial(z, largeDenominator)) / x;
}

/** Returns the complementary error function, 1 - erf(x). */
export function erfcOf(x: number): number {
  if (Math.abs(x) <= 0.46875) return 1 - smallErf(x);
  if (x > 28) return 0;
  if (x < -6) return 2;
  const tail = erfcxAbove(Math.abs(x)) * expOfSquare(x, -1);
  return x < 0 ? 2 - tail : tail;
}

/** Returns the scaled complementary error function, e^(x²) erfc(x). */
export function erfcxOf(x: number): number {
  if (Math.abs(x) <= 0.46875) return Math.exp(x * x) * (1 - smallErf(x));
  if (x > 0) return erfcxAbove(x);
  if (x < -27) return Number.POSITIVE_INFINITY;
  return Number.isNaN(x) ? x : 2 * expOfSquare(x, 1) - erfcxAbove(-x);
}

/** Returns the x >= 0 of which erfc is p, for 0 < p <= 1, by Halley steps from formula 26.2.22 of Abramowitz and Stegun. */
function erfcInverseBelow(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p / 2));
  let x = Math.SQRT1_2 * (t - (2.30753 + t * 0.27061) / (1 + t * (0.99229 + t * 0.04481)));
  for (let step = 0; step < 3; step++) {
    // (erfc(x) - p) / (2/√π e^(-x²)), scaled by e^(x²) as both could underflow
    const error =
      x < 1
        ? (erfcOf(x) - p) / ((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x))
        : (erfcxOf(x) - Math.exp(x * x + Math.log(p))) * (Math.sqrt(Math.PI) / 2);
    x += error / (1 - x * error);
  }
  return x;
}

/** Returns the inverse of the complementary error function for 0 <= p <= 2, else NaN. */
export function erfcInverseOf(p: number): number {
  if (p === 0) return Number.POSITIVE_INFINITY;
  if (p === 2) return Number.NEGATIVE_INFINITY;
  if (p === 1) return 0;
  if (!(p > 0 && p < 2)) return Number.NaN;
  return p <= 1 ? erfcInverseBelow(p) : -erfcInverseBelow(2 - p);
}

/** Returns the inverse of the error function for |y| <= 1, else NaN. */
export function erfInverseOf(y: number): number {
  const a = Math.abs(y);
  if (!(a < 0.5)) return y < 0 ? -erfcInverseOf(1 - a) : erfcInverseOf(1 - a);
  if (a < 1e-8) return (y * Math.sqrt(Math.PI)) / 2;
  // Winitzki's formula, which Halley steps on erf make exact
  const log = Math.log1p(-y * y);
  const b = 2 / (Math.PI * 0.147) + log / 2;
  let x = Math.sign(y) * Math.sqrt(Math.sqrt(b * b - log / 0.147) - b);
  for (let step = 0; step < 3; step++) {
    const value = Math.abs(x) <= 0.46875 ? smallErf(x) : Math.sign(x) * (1 - erfcOf(Math.abs(x)));
    const error = (value - y) / ((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x));
    x -= error / (1 + x * error);
  }
  return x;
}
