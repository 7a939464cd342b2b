/** Families of polynomials by their three-term recurrences. */

/** A family: p₀ = 1, p₁ = slope x + shift, and pₙ₊₁ = (aₙ x + bₙ) pₙ - cₙ pₙ₋₁. */
export interface Family {
  readonly first: readonly [slope: number, shift: number];
  readonly step: (n: number) => readonly [a: number, b: number, c: number];
}

/** Returns the Chebyshev polynomials whose p₁ is slope x + shift, of which all have the recurrence of pₙ₊₁ = 2 x pₙ - pₙ₋₁. */
export const chebyshev = (slope: number, shift: number): Family => ({ first: [slope, shift], step: () => [2, 0, 1] });

/** Returns the Chebyshev polynomials of 2x - 1 in the place of x. */
export const shiftedChebyshev = (slope: number, shift: number): Family => ({
  first: [2 * slope, shift - slope],
  step: () => [4, -2, 1],
});

/**
 * Returns the derivative of the given order of pₙ at x. Differentiating the recurrence k times gives pₙ₊₁⁽ᵏ⁾ = (aₙ x + bₙ) pₙ⁽ᵏ⁾ + k aₙ pₙ⁽ᵏ⁻¹⁾ - cₙ pₙ₋₁⁽ᵏ⁾. A degree is
 * truncated to an integer, and the polynomial of a negative degree is 0.
 */
export function polynomialOf(
  { first: [slope, shift], step }: Family,
  x: number,
  degree: number,
  order: number,
): number {
  const n = Math.trunc(degree);
  if (!(n >= 0)) return 0;
  // derivatives of orders 0 … order of the last two polynomials
  let before = new Float64Array(order + 1);
  let p = new Float64Array(order + 1);
  p[0] = 1;
  for (let i = 0; i < n; i++) {
    const [a, b, c] = i === 0 ? [slope, shift, 0] : step(i);
    const next = before.map((q, k) => (a * x + b) * p[k] + (k > 0 ? k * a * p[k - 1] : 0) - c * q);
    [before, p] = [p, next];
  }
  return p[order];
}
