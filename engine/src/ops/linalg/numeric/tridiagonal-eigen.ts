/**
 * Eigenvalues of a symmetric tridiagonal matrix by implicit QL and QR iterations with Wilkinson's shift (Golub and Van Loan, "Matrix Computations", section 8.3),
 * in the order of LAPACK's dsteqr, so that the signs of eigenvectors are the same.
 */
import { type Rotate, rotationTo, symmetricPair, withSign } from "./rotations.ts";

/** Unit roundoff, and the smallest normal number. */
const [unit, tiny] = [2 ** -53, 2 ** -1022];

/** A tridiagonal matrix that is being made diagonal. */
interface State {
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly rotate: Rotate;
}

/** Whether the element beside the diagonal between i and i + 1 is negligible. */
const isNegligible = ({ d, e }: State, i: number): boolean =>
  e[i] * e[i] <= unit * unit * Math.abs(d[i]) * Math.abs(d[i + 1]) + tiny;

/** Returns Wilkinson's shift for the end `at` of a block, whose other end is `far`. */
function shiftOf({ d, e }: State, at: number, inner: number, far: number): number {
  const beside = e[Math.min(at, inner)];
  const g = (d[inner] - d[at]) / (2 * beside);
  return d[far] - d[at] + beside / (g + withSign(Math.hypot(g, 1), g));
}

/** One sweep of the QL iteration on rows l to m. */
function sweepUp({ d, e, rotate }: State, l: number, m: number, shift: number): void {
  let [g, s, c, p] = [shift, 1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const [f, b] = [s * e[i], c * e[i]];
    const [cos, sin, r] = rotationTo(g, f);
    [c, s] = [cos, sin];
    if (i !== m - 1) e[i + 1] = r;
    g = d[i + 1] - p;
    const q = (d[i] - g) * s + 2 * c * b;
    p = s * q;
    d[i + 1] = g + p;
    g = c * q - b;
    rotate(i, c, -s);
  }
  d[l] -= p;
  e[l] = g;
}

/** One sweep of the QR iteration on rows m to l. */
function sweepDown({ d, e, rotate }: State, m: number, l: number, shift: number): void {
  let [g, s, c, p] = [shift, 1, 1, 0];
  for (let i = m; i < l; i++) {
    const [f, b] = [s * e[i], c * e[i]];
    const [cos, sin, r] = rotationTo(g, f);
    [c, s] = [cos, sin];
    if (i !== m) e[i - 1] = r;
    g = d[i] - p;
    const q = (d[i + 1] - g) * s + 2 * c * b;
    p = s * q;
    d[i] = g + p;
    g = c * q - b;
    rotate(i, c, s);
  }
  d[l] -= p;
  e[l - 1] = g;
}

/** Makes the 2 x 2 block at row i diagonal. */
function finishPair({ d, e, rotate }: State, i: number): void {
  const [first, second, c, s] = symmetricPair(d[i], e[i], d[i + 1]);
  rotate(i, c, s);
  [d[i], d[i + 1], e[i]] = [first, second, 0];
}

/** Makes the block of rows `first` to `last` diagonal; returns the number of sweeps left, or -1 if they did not suffice. */
function solveBlock(state: State, first: number, last: number, sweeps: number): number {
  const { d, e } = state;
  const isUp = Math.abs(d[last]) >= Math.abs(d[first]);
  let [l, end, left] = isUp ? [first, last, sweeps] : [last, first, sweeps];
  while (isUp ? l <= end : l >= end) {
    let m = l;
    if (isUp) while (m < end && !isNegligible(state, m)) m++;
    else while (m > end && !isNegligible(state, m - 1)) m--;
    if (m !== end) e[isUp ? m : m - 1] = 0;
    if (m === l) l += isUp ? 1 : -1;
    else if (Math.abs(m - l) === 1) {
      finishPair(state, Math.min(l, m));
      l += isUp ? 2 : -2;
    } else {
      if (left === 0) return -1;
      left--;
      if (isUp) sweepUp(state, l, m, shiftOf(state, l, l + 1, m));
      else sweepDown(state, m, l, shiftOf(state, l, l - 1, m));
    }
  }
  return left;
}

/**
 * Overwrites the diagonal d of a tridiagonal matrix with its eigenvalues, not yet in order, and destroys the elements e beside it. `rotate` receives the rotations of the
 * rows of Vᵀ. Returns whether the iteration converged, in 30 sweeps for each eigenvalue.
 */
export function diagonalize(d: Float64Array, e: Float64Array, rotate: Rotate): boolean {
  const state = { d, e, rotate };
  let sweeps = 30 * d.length;
  for (let first = 0; first < d.length; ) {
    let last = first;
    while (
      last < d.length - 1 &&
      Math.abs(e[last]) > Math.sqrt(Math.abs(d[last])) * Math.sqrt(Math.abs(d[last + 1])) * unit
    )
      last++;
    if (last < d.length - 1) e[last] = 0;
    sweeps = last === first ? sweeps : solveBlock(state, first, last, sweeps);
    if (sweeps < 0) return false;
    first = last + 1;
  }
  return true;
}
