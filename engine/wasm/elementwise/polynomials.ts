/** Orthogonal polynomials of a degree for each element, by their three-term recurrences in float64. */
import * as Recurrence from "../../src/fast/abi/codes/recurrence";

/** Returns pₖ₊₁ = (a x + b) pₖ - c pₖ₋₁. */
// @ts-ignore: decorator
@inline
function next(family: i32, k: f64, x: f64, p: f64, before: f64): f64 {
  if (family == Recurrence.chebyshev) return 2 * x * p - before;
  if (family == Recurrence.shiftedChebyshev) return (4 * x - 2) * p - before;
  if (family == Recurrence.hermiteH) return 2 * (x * p - k * before);
  if (family == Recurrence.hermiteHe) return x * p - k * before;
  if (family == Recurrence.laguerre) return ((2 * k + 1 - x) * p - k * before) / (k + 1);
  return ((2 * k + 1) * x * p - k * before) / (k + 1);
}

/** Computes c = pₙ(a) for elements n of b, which are truncated; p₁ = slope x + shift, and polynomials of negative degrees are 0. */
// @ts-ignore: decorator
@inline
function polynomials<T>(family: i32, n: usize, a: usize, b: usize, slope: f64, shift: f64, c: usize): void {
  for (let i: usize = 0; i < n * sizeof<T>(); i += sizeof<T>()) {
    const x = <f64>load<T>(a + i), degree = trunc(<f64>load<T>(b + i));
    let before: f64 = degree >= 0 ? 1 : 0, p = degree >= 1 ? slope * x + shift : before;
    for (let k: f64 = 1; k < degree; k++) {
      const q = next(family, k, x, p, before);
      before = p;
      p = q;
    }
    store<T>(c + i, <T>p);
  }
}

// @ts-ignore: decorator
@inline
function choose<T>(family: i32, n: usize, a: usize, b: usize, slope: f64, shift: f64, c: usize): void {
  switch (family) {
    case Recurrence.chebyshev: polynomials<T>(Recurrence.chebyshev, n, a, b, slope, shift, c); break;
    case Recurrence.shiftedChebyshev: polynomials<T>(Recurrence.shiftedChebyshev, n, a, b, slope, shift, c); break;
    case Recurrence.hermiteH: polynomials<T>(Recurrence.hermiteH, n, a, b, slope, shift, c); break;
    case Recurrence.hermiteHe: polynomials<T>(Recurrence.hermiteHe, n, a, b, slope, shift, c); break;
    case Recurrence.laguerre: polynomials<T>(Recurrence.laguerre, n, a, b, slope, shift, c); break;
    case Recurrence.legendre: polynomials<T>(Recurrence.legendre, n, a, b, slope, shift, c); break;
  }
}

/* c = p_b(a) for n elements; family is a code of `recurrence`. */

export function polynomials32(family: i32, n: usize, a: usize, b: usize, slope: f64, shift: f64, c: usize): void {
  choose<f32>(family, n, a, b, slope, shift, c);
}

export function polynomials64(family: i32, n: usize, a: usize, b: usize, slope: f64, shift: f64, c: usize): void {
  choose<f64>(family, n, a, b, slope, shift, c);
}
