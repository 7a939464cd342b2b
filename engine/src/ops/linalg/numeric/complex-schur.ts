/** The Schur form A = Q T Qᴴ of a complex matrix: reduction to Hessenberg form by reflections, and QR steps with Wilkinson's shift (Golub and Van Loan, "Matrix Computations", section 7.5). */
import {
  clearColumn,
  columnOf,
  formComplexQ,
  type Reflection,
  reflectionOf,
  reflectLeft,
  reflectRight,
} from "./complex-householder.ts";

const epsilon = 2 ** -52;
const mostSteps = 60;

type Complex = readonly [re: number, im: number];

const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];

/** Returns the square root with a real part of at least 0. */
function rootOf([re, im]: Complex): Complex {
  const size = Math.hypot(re, im);
  if (size === 0) return [0, 0];
  const p = Math.sqrt((size + Math.abs(re)) / 2);
  const q = im / (2 * p);
  return re >= 0 ? [p, q] : [Math.abs(q), im < 0 ? -p : p];
}

/** The matrices in progress. */
interface Schur {
  readonly t: Float64Array;
  readonly q: Float64Array;
  readonly n: number;
}

const elementOf = ({ t, n }: Schur, i: number, j: number): Complex => [t[2 * (i * n + j)], t[2 * (i * n + j) + 1]];
const sizeOf = (schur: Schur, i: number, j: number): number => Math.hypot(...elementOf(schur, i, j));

/** Returns the eigenvalue of the last two rows that is nearer to the last element, or an exceptional shift where steps do not converge. */
function shiftOf(schur: Schur, last: number, step: number): Complex {
  const d = elementOf(schur, last, last);
  if (step % 10 === 9) return [d[0] + 0.75 * sizeOf(schur, last, last - 1), d[1]];
  const a = elementOf(schur, last - 1, last - 1);
  const product = times(elementOf(schur, last - 1, last), elementOf(schur, last, last - 1));
  const half: Complex = [(a[0] - d[0]) / 2, (a[1] - d[1]) / 2];
  const square = times(half, half);
  const root = rootOf([square[0] + product[0], square[1] + product[1]]);
  const isNear = half[0] * root[0] + half[1] * root[1] >= 0;
  const divisor: Complex = isNear ? [half[0] + root[0], half[1] + root[1]] : [half[0] - root[0], half[1] - root[1]];
  const size = divisor[0] ** 2 + divisor[1] ** 2;
  if (size === 0) return d;
  const [re, im] = times(product, [divisor[0] / size, -divisor[1] / size]);
  return [d[0] - re, d[1] - im];
}

/** Multiplies rows k and k + 1 of T by a rotation [[c, s], [-s̄, c]] from the left, and columns of T and Q by its adjoint from the right. */
function rotate({ t, q, n }: Schur, k: number, c: number, [sr, si]: Complex, bottom: number): void {
  for (let j = Math.max(k - 1, 0); j < n; j++) {
    const [p, r] = [2 * (k * n + j), 2 * ((k + 1) * n + j)];
    const [a, b, x, z] = [t[p], t[p + 1], t[r], t[r + 1]];
    t[p] = c * a + sr * x - si * z;
    t[p + 1] = c * b + sr * z + si * x;
    t[r] = c * x - sr * a - si * b;
    t[r + 1] = c * z - sr * b + si * a;
  }
  for (const [m, rows] of [
    [t, bottom],
    [q, n],
  ] as const)
    for (let i = 0; i < rows; i++) {
      const p = 2 * (i * n + k);
      const [a, b, x, z] = [m[p], m[p + 1], m[p + 2], m[p + 3]];
      m[p] = c * a + sr * x + si * z;
      m[p + 1] = c * b + sr * z - si * x;
      m[p + 2] = c * x - sr * a + si * b;
      m[p + 3] = c * z - sr * b - si * a;
    }
}

/** Makes an implicit QR step on the block from `first` to `last`. */
function singleStep(schur: Schur, first: number, last: number, shift: Complex): void {
  const start = elementOf(schur, first, first);
  let x: Complex = [start[0] - shift[0], start[1] - shift[1]];
  let z = elementOf(schur, first + 1, first);
  for (let k = first; k < last; k++) {
    // the rotation that maps (x, z) to (r, 0), with c real: c = |x| / r, s = x z̄ / (|x| r)
    const [sizeX, sizeZ] = [Math.hypot(...x), Math.hypot(...z)];
    const length = Math.hypot(sizeX, sizeZ);
    if (length > 0) {
      const unit: Complex = sizeX === 0 ? [1, 0] : [x[0] / sizeX, x[1] / sizeX];
      const s = times(unit, [z[0] / length, -z[1] / length]);
      rotate(schur, k, sizeX / length, s, Math.min(k + 3, last + 1));
      if (k > first) schur.t.fill(0, 2 * ((k + 1) * schur.n + k - 1), 2 * ((k + 1) * schur.n + k));
    }
    if (k + 2 <= last) {
      x = elementOf(schur, k + 1, k);
      z = elementOf(schur, k + 2, k);
    }
  }
}

/** Overwrites a complex matrix [n, n] with its Schur form T, and returns Q; `null` if the iteration does not converge. */
export function complexSchur(t: Float64Array, n: number): Float64Array | null {
  const list: Reflection[] = [];
  for (let k = 0; k < n - 2; k++) {
    const h = reflectionOf(columnOf(t, n, k + 1, k, n - 1 - k));
    clearColumn(t, n, n, k + 1, k, h.beta);
    reflectLeft(t, n, k + 1, k + 1, h, true);
    reflectRight(t, n, 0, n, k + 1, h);
    list.push(h);
  }
  const q = formComplexQ(list, n, n, 1);
  const schur: Schur = { t, q, n };
  const norm = t.reduce((sum, v) => sum + Math.abs(v), 0);
  let step = 0;
  for (let last = n - 1; last > 0; ) {
    let first = last;
    for (; first > 0; first--) {
      const around = sizeOf(schur, first - 1, first - 1) + sizeOf(schur, first, first);
      if (sizeOf(schur, first, first - 1) < epsilon * (around === 0 ? norm : around)) break;
      if (norm === 0) break;
    }
    if (first > 0) t.fill(0, 2 * (first * n + first - 1), 2 * (first * n + first));
    if (first === last) {
      last--;
      step = 0;
      continue;
    }
    if (++step > mostSteps) return null;
    singleStep(schur, first, last, shiftOf(schur, last, step));
  }
  return q;
}
