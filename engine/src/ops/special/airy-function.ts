/** The Airy function of a number, and its derivative. */
import { scaledKOf } from "./cylinder-function.ts";

/** Ai(0) = 3^(-2/3) / Γ(2/3) and Ai'(0) = -3^(-1/3) / Γ(1/3). */
const atZero: readonly [number, number] = [0.35502805388781723926, -0.258819403792806798405];

/** Returns Ai and Ai' at x + h from those at x, by the Taylor series of the solution of y'' = x y: (n + 2) (n + 1) cₙ₊₂ = x cₙ + cₙ₋₁. */
function taylorStep([y, slope]: readonly [number, number], x: number, h: number): readonly [number, number] {
  let [before, c, next] = [0, y, slope];
  let power = 1;
  let [value, derivative] = [y, slope];
  for (let n = 0; n < 40; n++) {
    [before, c, next] = [c, next, (x * c + before) / ((n + 2) * (n + 1))];
    // c and next are now the coefficients of orders n + 1 and n + 2
    power *= h;
    value += c * power;
    derivative += (n + 2) * next * power;
  }
  return [value, derivative];
}

/** Returns Ai(x) and Ai'(x) for x < -10, by the asymptotic series (DLMF 9.7.9 and 9.7.10). */
function asymptotic(x: number): readonly [number, number] {
  const zeta = (2 / 3) * -x * Math.sqrt(-x);
  // sums of (-1)ᵏ u₂ₖ / ζ²ᵏ, (-1)ᵏ u₂ₖ₊₁ / ζ²ᵏ⁺¹, and the same for v
  let [uEven, uOdd, vEven, vOdd] = [0, 0, 0, 0];
  let u = 1;
  for (let k = 0; k < 40 && u > 1e-18; k++) {
    const v = (-u * (6 * k + 1)) / (6 * k - 1);
    const sign = k % 4 < 2 ? 1 : -1;
    if (k % 2 === 0) [uEven, vEven] = [uEven + sign * u, vEven + sign * v];
    else [uOdd, vOdd] = [uOdd + sign * u, vOdd + sign * v];
    u *= ((6 * k + 1) * (6 * k + 3) * (6 * k + 5)) / (216 * (k + 1) * (2 * k + 1) * zeta);
  }
  // cos(ζ - π/4) and sin(ζ - π/4) times √2
  const [cosine, sine] = [Math.cos(zeta) + Math.sin(zeta), Math.sin(zeta) - Math.cos(zeta)];
  const root = Math.sqrt(Math.sqrt(-x));
  const scale = 1 / Math.sqrt(2 * Math.PI);
  return [((cosine * uEven + sine * uOdd) * scale) / root, (sine * vEven - cosine * vOdd) * scale * root];
}

/**
 * Returns Ai(x) and Ai'(x): for x > 1 from K₁⸝₃ and K₂⸝₃ at 2/3 x^(3/2) (DLMF 9.6.2 and 9.6.3), by the Taylor series down to -10 and the asymptotic series below. Both are NaN
 * at infinities, as in PyTorch.
 */
export function airyOf(x: number): readonly [value: number, derivative: number] {
  if (!Number.isFinite(x)) return [Number.NaN, Number.NaN];
  if (x > 110) return [0, -0];
  if (x < -10) return asymptotic(x);
  if (x > 1) {
    const zeta = (2 / 3) * x * Math.sqrt(x);
    const decay = Math.exp(-zeta) / Math.PI;
    return [decay * Math.sqrt(x / 3) * scaledKOf(1 / 3, zeta), -decay * (x / Math.sqrt(3)) * scaledKOf(2 / 3, zeta)];
  }
  const steps = Math.max(1, Math.ceil(Math.abs(x)));
  const h = x / steps;
  let pair = atZero;
  for (let i = 0; i < steps; i++) pair = taylorStep(pair, i * h, h);
  return pair;
}
