/** GMRES: solution of a linear system with a matrix given by its products with vectors (Saad and Schultz, 1986). */
import type { Tensor } from "../tensor/tensor.ts";

const dot = (a: Tensor, b: Tensor): number => a.mul(b).sum().item();

/** Returns u with A u ≈ b, where `product(v)` is A v, to a residual of `tolerance` relative to |b|, or after `maxIterations`. */
export function gmres(product: (v: Tensor) => Tensor, b: Tensor, tolerance: number, maxIterations: number): Tensor {
  const beta = Math.sqrt(dot(b, b));
  if (beta === 0) return b.mul(0);
  // an orthonormal basis of the Krylov space, and the Hessenberg matrix of A in it, by columns
  const basis = [b.div(beta)];
  const columns: number[][] = [];
  const steps = Math.min(maxIterations, b.numel());
  for (let k = 0; k < steps; k++) {
    let w = product(basis[k]);
    const h = basis.map((v) => {
      const c = dot(w, v);
      w = w.sub(v.mul(c));
      return c;
    });
    const rest = Math.sqrt(Math.max(0, dot(w, w)));
    columns.push([...h, rest]);
    if (rest <= tolerance * beta) break;
    basis.push(w.div(rest));
  }
  const y = hessenbergLeastSquares(columns, beta);
  return y.map((c, i) => basis[i].mul(c)).reduce((p, q) => p.add(q));
}

/** Returns argmin over y of |β e₁ - H y| for an upper Hessenberg matrix H, given by columns, by Givens rotations. */
function hessenbergLeastSquares(columns: readonly (readonly number[])[], beta: number): number[] {
  const n = columns.length;
  const r = columns.map((c) => [...c, ...new Array<number>(n + 1 - c.length).fill(0)]);
  const right = [beta, ...new Array<number>(n).fill(0)];
  for (let j = 0; j < n; j++) {
    const [a, b] = [r[j][j], r[j][j + 1]];
    const length = Math.hypot(a, b);
    if (length === 0) continue;
    const [c, s] = [a / length, b / length];
    for (let k = j; k < n; k++) {
      const [p, q] = [r[k][j], r[k][j + 1]];
      r[k][j] = c * p + s * q;
      r[k][j + 1] = c * q - s * p;
    }
    const [p, q] = [right[j], right[j + 1]];
    right[j] = c * p + s * q;
    right[j + 1] = c * q - s * p;
  }
  const y = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let v = right[i];
    for (let k = i + 1; k < n; k++) v -= r[k][i] * y[k];
    y[i] = r[i][i] === 0 ? 0 : v / r[i][i];
  }
  return y;
}
