/** The Moore-Penrose pseudoinverse and least squares solutions of complex matrices. */
import { adjointOf } from "./complex.ts";
import { hermitianEigen } from "./complex-eigen.ts";
import { complexSvdOf } from "./complex-svd.ts";
import type { Solved } from "./least-squares.ts";

/** Adds Σ s⁻¹ v uᴴ B to X [n, k], for a column u [m] of U, a row v [n] of Vᴴ, and B [m, k]. */
function addTerm(
  x: Float64Array,
  u: (i: number) => readonly [number, number],
  vh: (i: number) => readonly [number, number],
  b: Float64Array,
  [m, n, k]: readonly [m: number, n: number, k: number],
  value: number,
): void {
  const row = new Float64Array(2 * k);
  for (let i = 0; i < m; i++) {
    const [p, q] = u(i);
    for (let j = 0; j < k; j++) {
      const at = 2 * (i * k + j);
      row[2 * j] += p * b[at] + q * b[at + 1];
      row[2 * j + 1] += p * b[at + 1] - q * b[at];
    }
  }
  for (let i = 0; i < n; i++) {
    const [p, q] = vh(i);
    for (let j = 0; j < k; j++) {
      const at = 2 * (i * k + j);
      x[at] += (p * row[2 * j] + q * row[2 * j + 1]) / value;
      x[at + 1] += (p * row[2 * j + 1] - q * row[2 * j]) / value;
    }
  }
}

/** Returns A⁺ B for A [m, n] and B [m, k] over the singular values above the bound for the largest, and their number; `null` if the iteration does not converge. */
export function complexLeastSquares(
  a: Float64Array,
  b: Float64Array,
  sizes: readonly [m: number, n: number, k: number],
  boundOf: (largest: number) => number,
): Solved | null {
  const [m, n, k] = sizes;
  const svd = complexSvdOf(a, m, n, "reduced");
  if (svd === null) return null;
  const { values, u, vt } = svd;
  const x = new Float64Array(2 * n * k);
  const count = values.length;
  if (u === null || vt === null || count === 0) return { x, rank: 0 };
  const bound = boundOf(values[0]);
  let rank = 0;
  for (let p = 0; p < count; p++) {
    if (!(values[p] > bound)) continue;
    rank++;
    const left = (i: number): readonly [number, number] => [u[2 * (i * count + p)], u[2 * (i * count + p) + 1]];
    const right = (i: number): readonly [number, number] => [vt[2 * (p * n + i)], vt[2 * (p * n + i) + 1]];
    addTerm(x, left, right, b, sizes, values[p]);
  }
  return { x, rank };
}

/** Returns the pseudoinverse [n, m] of a matrix [m, n], of a Hermitian one by its eigenvalues; `null` if the iteration does not converge. */
export function complexInverse(
  a: Float64Array,
  m: number,
  n: number,
  hermitian: boolean,
  boundOf: (largest: number) => number,
): Float64Array | null {
  const identity = new Float64Array(2 * m * m);
  for (let i = 0; i < m; i++) identity[2 * (i * m + i)] = 1;
  if (!hermitian) return complexLeastSquares(a, identity, [m, n, m], boundOf)?.x ?? null;
  const eigen = hermitianEigen(a, n, true);
  if (eigen === null) return null;
  const { values, vectors } = eigen;
  const x = new Float64Array(2 * n * n);
  if (vectors === null) return x;
  const rows = adjointOf(vectors, n, n);
  const bound = boundOf(values.reduce((most, v) => Math.max(most, Math.abs(v)), 0));
  for (let p = 0; p < n; p++) {
    if (!(Math.abs(values[p]) > bound)) continue;
    const left = (i: number): readonly [number, number] => [vectors[2 * (i * n + p)], vectors[2 * (i * n + p) + 1]];
    const right = (i: number): readonly [number, number] => [rows[2 * (p * n + i)], rows[2 * (p * n + i) + 1]];
    addTerm(x, left, right, identity, [n, n, n], values[p]);
  }
  return x;
}
