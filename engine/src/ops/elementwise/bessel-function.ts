/** Modified Bessel functions of the first kind of a number. */

/**
 * Returns e^(-|x|) Iₙ(|x|) for order n 0 or 1: the power series, whose terms are all positive, to 20, and the asymptotic series beyond (Abramowitz and Stegun 9.6.10 and
 * 9.7.1).
 */
function scaledBessel(order: 0 | 1, x: number): number {
  const a = Math.abs(x);
  if (a === Number.POSITIVE_INFINITY) return 0;
  let term = 1;
  let total = 1;
  if (a < 20) {
    const square = (a * a) / 4;
    for (let k = 1; term > 1e-17 * total; k++) {
      term *= square / (k * (k + order));
      total += term;
    }
    return total * Math.exp(-a) * (order === 0 ? 1 : a / 2);
  }
  for (let k = 1; k < 40 && Math.abs(term) > 1e-17; k++) {
    term *= ((2 * k - 1) ** 2 - 4 * order) / (8 * a * k);
    total += term;
  }
  return total / Math.sqrt(2 * Math.PI * a);
}

/** Returns the product of e^|x| and a function that the exponential outgrows before it overflows. */
const unscaled = (x: number, scaled: number): number => {
  const half = Math.exp(Math.abs(x) / 2);
  return scaled * half * half;
};

/** Returns e^(-|x|) I₀(x). */
export const scaledI0Of = (x: number): number => scaledBessel(0, x);

/** Returns e^(-|x|) I₁(x). */
export const scaledI1Of = (x: number): number => (x < 0 ? -scaledBessel(1, x) : scaledBessel(1, x));

/** Returns I₀(x). */
export const i0Of = (x: number): number => unscaled(x, scaledI0Of(x));

/** Returns I₁(x). */
export const i1Of = (x: number): number => unscaled(x, scaledI1Of(x));
