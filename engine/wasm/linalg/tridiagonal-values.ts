/**
 * Eigenvalues of a symmetric tridiagonal matrix by the QL iteration without square roots (Pal, Walker and Kahan; Parlett, "The Symmetric Eigenvalue Problem", section 8.15), on
 * the squares of the elements beside the diagonal, as in LAPACK's dsterf.
 */
import { number, setNumber } from "./divide";

/** The square of the unit roundoff, and the most sweeps for an eigenvalue. */
const unitSquare: f64 = 1.232595164407831e-32;
const mostSweeps: i32 = 30;

/** Reverses `count` numbers. */
export function reverse(x: usize, count: i32): void {
  for (let i = 0, j = count - 1; i < j; i++, j--) {
    const v = number(x, i);
    setNumber(x, i, number(x, j));
    setNumber(x, j, v);
  }
}

/** One sweep of the rows from l to m. */
function sweep(d: usize, e: usize, l: i32, m: i32): void {
  const p = number(d, l), root = sqrt<f64>(number(e, l));
  let sigma = (number(d, l + 1) - p) / (2 * root);
  const length = abs<f64>(sigma) > 1 ? abs<f64>(sigma) * sqrt<f64>(1 + 1 / (sigma * sigma)) : sqrt<f64>(1 + sigma * sigma);
  sigma = p - root / (sigma + (sigma < 0 ? -length : length));
  let c: f64 = 1, s: f64 = 0, gamma = number(d, m) - sigma, square = gamma * gamma;
  for (let i = m - 1; i >= l; i--) {
    const b = number(e, i), r = square + b, inverse = 1 / r;
    if (i != m - 1) setNumber(e, i + 1, s * r);
    const old = c, oldGamma = gamma, a = number(d, i);
    c = square * inverse;
    s = b * inverse;
    gamma = c * (a - sigma) - s * oldGamma;
    setNumber(d, i + 1, oldGamma + (a - gamma));
    square = c != 0 ? gamma * gamma / c : old * b;
  }
  setNumber(e, l, s * square);
  setNumber(d, l, sigma + gamma);
}

/** Finds the eigenvalues of the rows from `first` to `last`; returns the sweeps that are left, or -1. */
function solveRows(d: usize, e: usize, firstRow: i32, last: i32, sweeps: i32): i32 {
  let l = firstRow;
  while (l <= last) {
    let m = l;
    while (m < last && number(e, m) > unitSquare * abs<f64>(number(d, m) * number(d, m + 1))) m++;
    if (m < last) setNumber(e, m, 0);
    if (m == l) l++;
    else if (m == l + 1) {
      const a = number(d, l), c = number(d, m), half = 0.5 * (a - c), b = number(e, l);
      const root = sqrt<f64>(half * half + b);
      const larger = a + c < 0 ? 0.5 * (a + c) - root : 0.5 * (a + c) + root;
      setNumber(d, l, larger);
      // the smaller one by the determinant, which does not cancel
      setNumber(d, m, larger == 0 ? 0 : (a / larger) * c - b / larger);
      l += 2;
    } else {
      if (sweeps-- == 0) return -1;
      sweep(d, e, l, m);
    }
  }
  return sweeps;
}

/** Sorts numbers in ascending order by Shell sort. */
export function sortNumbers(n: i32, x: usize): void {
  for (let gap = n / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11)
    for (let i = gap; i < n; i++) {
      const v = number(x, i);
      let j = i;
      for (; j >= gap && number(x, j - gap) > v; j -= gap) setNumber(x, j, number(x, j - gap));
      setNumber(x, j, v);
    }
}

/** Replaces the diagonal d [n] of a tridiagonal matrix by its eigenvalues in ascending order, and destroys the elements e beside it. Returns whether the iteration converged. */
export function tridiagonalValues(n: i32, d: usize, e: usize): bool {
  let sweeps = mostSweeps * n;
  for (let i = 0; i < n - 1; i++) setNumber(e, i, number(e, i) * number(e, i));
  for (let top = 0; top < n; ) {
    let last = top;
    while (last < n - 1 && number(e, last) > unitSquare * abs<f64>(number(d, last) * number(d, last + 1))) last++;
    if (last < n - 1) setNumber(e, last, 0);
    if (abs<f64>(number(d, last)) < abs<f64>(number(d, top))) {
      reverse(d + (<usize>top << 3), last - top + 1);
      reverse(e + (<usize>top << 3), last - top);
    }
    sweeps = solveRows(d, e, top, last, sweeps);
    if (sweeps < 0) return false;
    top = last + 1;
  }
  sortNumbers(n, d);
  return true;
}
