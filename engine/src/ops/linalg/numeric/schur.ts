/** The real Schur form of a Hessenberg matrix: blocks of one or two rows on the diagonal, and zeros below them. */

/** A Schur form A = Q T Qᵀ in progress, of which the rows up to `last` are not finished. */
interface Schur {
  readonly t: Float64Array;
  readonly q: Float64Array;
  readonly n: number;
  /** The sum of the absolute values, for elements beside zeros. */
  readonly norm: number;
}

const epsilon = 2 ** -52;
const mostSteps = 60;

/** Returns the first row of the unreduced block that ends in row `last`. */
function blockStart({ t, n, norm }: Schur, last: number): number {
  let l = last;
  for (; l > 0; l--) {
    const size = Math.abs(t[(l - 1) * n + l - 1]) + Math.abs(t[l * n + l]);
    if (Math.abs(t[l * n + l - 1]) < epsilon * (size === 0 ? norm : size)) break;
  }
  if (l > 0) t[l * n + l - 1] = 0;
  return l;
}

/** Sum and determinant of the two shifts of a double step. */
interface Shifts {
  readonly sum: number;
  readonly product: number;
}

/** Returns the eigenvalues of the last two rows as shifts, or exceptional ones where steps do not converge. */
function shiftsOf({ t, n }: Schur, last: number, step: number): Shifts {
  if (step % 20 === 10 || step % 20 === 19) {
    const s = Math.abs(t[last * n + last - 1]) + Math.abs(t[(last - 1) * n + last - 2]);
    const x = t[last * n + last];
    return { sum: 1.5 * s + 2 * x, product: s * s + 1.5 * s * x + x * x };
  }
  const [a, b] = [t[(last - 1) * n + last - 1], t[(last - 1) * n + last]];
  const [c, d] = [t[last * n + last - 1], t[last * n + last]];
  return { sum: a + d, product: a * d - b * c };
}

/** Applies the reflection I - v vᵀ β of three elements, or two, to rows k, k + 1, … of T, to its columns, and to the columns of Q. */
function reflect({ t, q, n }: Schur, k: number, v: readonly number[], beta: number, bottom: number): void {
  const size = v.length;
  for (let j = 0; j < n; j++) {
    let f = 0;
    for (let i = 0; i < size; i++) f += v[i] * t[(k + i) * n + j];
    f *= beta;
    for (let i = 0; i < size; i++) t[(k + i) * n + j] -= f * v[i];
  }
  for (const [a, rows] of [
    [t, bottom],
    [q, n],
  ] as const)
    for (let i = 0; i < rows; i++) {
      let f = 0;
      for (let j = 0; j < size; j++) f += v[j] * a[i * n + k + j];
      f *= beta;
      for (let j = 0; j < size; j++) a[i * n + k + j] -= f * v[j];
    }
}

/** Applies the reflection that maps x to a multiple of the first unit vector. */
function eliminate(schur: Schur, k: number, x: readonly number[], bottom: number): void {
  const scale = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  if (scale === 0) return;
  const u = x.map((v) => v / scale);
  const length = Math.sqrt(u.reduce((sum, v) => sum + v * v, 0));
  u[0] += u[0] < 0 ? -length : length;
  reflect(schur, k, u, 2 / u.reduce((sum, v) => sum + v * v, 0), bottom);
}

/** Makes an implicit double step of the QR iteration on the block from `first` to `last`. Source: Francis, "The QR transformation" (1961); Golub and Van Loan, algorithm 7.5.1. */
function doubleStep(schur: Schur, first: number, last: number, { sum, product }: Shifts): void {
  const { t, n } = schur;
  const at = (i: number, j: number): number => t[i * n + j];
  // the first column of (T - s₁ I)(T - s₂ I)
  let x = [
    at(first, first) ** 2 + at(first, first + 1) * at(first + 1, first) - sum * at(first, first) + product,
    at(first + 1, first) * (at(first, first) + at(first + 1, first + 1) - sum),
    at(first + 1, first) * at(first + 2, first + 1),
  ];
  for (let k = first; k < last - 1; k++) {
    eliminate(schur, k, x, Math.min(k + 4, last + 1));
    if (k > first) {
      t[(k + 1) * n + k - 1] = 0;
      t[(k + 2) * n + k - 1] = 0;
    }
    x = [at(k + 1, k), at(k + 2, k), k + 3 <= last ? at(k + 3, k) : 0];
  }
  eliminate(schur, last - 1, x.slice(0, 2), last + 1);
  if (last - 2 >= first) t[last * n + last - 2] = 0;
}

/** Makes a block of two rows with real eigenvalues triangular, by a rotation. */
function splitBlock({ t, q, n }: Schur, k: number): void {
  const [a, b, c, d] = [t[k * n + k], t[k * n + k + 1], t[(k + 1) * n + k], t[(k + 1) * n + k + 1]];
  const p = (a - d) / 2;
  const square = p * p + b * c;
  if (c === 0 || square < 0) return;
  // (z, c) is an eigenvector of the block
  const z = p + (p < 0 ? -Math.sqrt(square) : Math.sqrt(square));
  const length = Math.hypot(z, c);
  const [cos, sin] = [z / length, c / length];
  for (let j = 0; j < n; j++) {
    const [x, y] = [t[k * n + j], t[(k + 1) * n + j]];
    t[k * n + j] = cos * x + sin * y;
    t[(k + 1) * n + j] = cos * y - sin * x;
  }
  for (const m of [t, q])
    for (let i = 0; i < n; i++) {
      const [x, y] = [m[i * n + k], m[i * n + k + 1]];
      m[i * n + k] = cos * x + sin * y;
      m[i * n + k + 1] = cos * y - sin * x;
    }
  t[(k + 1) * n + k] = 0;
}

/**
 * Replaces the Hessenberg matrix `t` by its real Schur form T, and multiplies `q` from the right by the orthogonal matrix of the change. Blocks of two rows have a pair of
 * conjugate eigenvalues. Returns whether the iteration converged.
 */
export function toSchurForm(t: Float64Array, q: Float64Array, n: number): boolean {
  const schur: Schur = { t, q, n, norm: t.reduce((sum, v) => sum + Math.abs(v), 0) };
  let step = 0;
  for (let last = n - 1; last > 0; ) {
    const first = blockStart(schur, last);
    if (first >= last - 1) {
      if (first === last - 1) splitBlock(schur, first);
      last = first - 1;
      step = 0;
      continue;
    }
    if (++step > mostSteps) return false;
    doubleStep(schur, first, last, shiftsOf(schur, last, step));
  }
  return true;
}
