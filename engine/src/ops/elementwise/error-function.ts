/** The error function of a number. */

/**
 * Returns the error function of a number to float64 precision: its Maclaurin series for |x| < 2.5, else the continued fraction of erfc (Abramowitz and
 * Stegun 7.1.5 and 7.1.14).
 */
export function erfOf(x: number): number {
  const a = Math.abs(x);
  if (a < 2.5) {
    let term = x;
    let total = x;
    for (let n = 1; n < 80; n++) {
      term *= (-x * x) / n;
      const add = term / (2 * n + 1);
      total += add;
      if (Math.abs(add) < 1e-17 * Math.abs(total)) break;
    }
    return (2 / Math.sqrt(Math.PI)) * total;
  }
  if (a > 6) return Math.sign(x);
  let fraction = 0;
  for (let k = 60; k >= 1; k--) fraction = k / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + fraction)));
}
