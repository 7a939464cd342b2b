/**
 * Singular values of an upper bidiagonal matrix to high relative accuracy, by implicit QR iterations with and without a shift (Demmel and Kahan, "Accurate singular values of
 * bidiagonal matrices", 1990), in the order of LAPACK's dbdsqr, so that the signs of singular vectors are the same.
 */
import { type Rotate, rotationTo, triangularSvd, triangularValues, withSign } from "./rotations.ts";

/** Unit roundoff, the relative accuracy that ends the iteration, and the smallest normal number. */
const unit = 2 ** -53;
const tolerance = Math.max(10, Math.min(100, unit ** -0.125)) * unit;
const tiny = 2 ** -1022;

/** A bidiagonal matrix that is being made diagonal, with the receivers of the rotations of the rows of Uᵀ and Vᵀ. */
interface State {
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly left: Rotate;
  readonly right: Rotate;
}

/** Sweeps from row `first` to row `last` without a shift, which keeps small singular values accurate. */
function sweepDownPlain({ d, e, left, right }: State, first: number, last: number): void {
  let [c, oldC, oldS] = [1, 1, 0];
  for (let i = first; i < last; i++) {
    const [cr, sr, r] = rotationTo(d[i] * c, e[i]);
    if (i > first) e[i - 1] = oldS * r;
    const [cl, sl, value] = rotationTo(oldC * r, d[i + 1] * sr);
    d[i] = value;
    [c, oldC, oldS] = [cr, cl, sl];
    right(i, cr, sr);
    left(i, cl, sl);
  }
  const h = d[last] * c;
  d[last] = h * oldC;
  e[last - 1] = h * oldS;
}

/** Sweeps from row `last` to row `first` without a shift. */
function sweepUpPlain({ d, e, left, right }: State, first: number, last: number): void {
  let [c, oldC, oldS] = [1, 1, 0];
  for (let i = last; i > first; i--) {
    const [cl, sl, r] = rotationTo(d[i] * c, e[i - 1]);
    if (i < last) e[i] = oldS * r;
    const [cr, sr, value] = rotationTo(oldC * r, d[i - 1] * sl);
    d[i] = value;
    [c, oldC, oldS] = [cl, cr, sr];
    left(i - 1, cl, -sl);
    right(i - 1, cr, -sr);
  }
  const h = d[first] * c;
  d[first] = h * oldC;
  e[first] = h * oldS;
}

/** Sweeps from row `first` to row `last` with a shift. */
function sweepDown({ d, e, left, right }: State, first: number, last: number, shift: number): void {
  let f = (Math.abs(d[first]) - shift) * (withSign(1, d[first]) + shift / d[first]);
  let g = e[first];
  for (let i = first; i < last; i++) {
    const [cr, sr, r] = rotationTo(f, g);
    if (i > first) e[i - 1] = r;
    f = cr * d[i] + sr * e[i];
    e[i] = cr * e[i] - sr * d[i];
    g = sr * d[i + 1];
    d[i + 1] *= cr;
    const [cl, sl, value] = rotationTo(f, g);
    d[i] = value;
    f = cl * e[i] + sl * d[i + 1];
    d[i + 1] = cl * d[i + 1] - sl * e[i];
    if (i < last - 1) {
      g = sl * e[i + 1];
      e[i + 1] *= cl;
    }
    right(i, cr, sr);
    left(i, cl, sl);
  }
  e[last - 1] = f;
}

/** Sweeps from row `last` to row `first` with a shift. */
function sweepUp({ d, e, left, right }: State, first: number, last: number, shift: number): void {
  let f = (Math.abs(d[last]) - shift) * (withSign(1, d[last]) + shift / d[last]);
  let g = e[last - 1];
  for (let i = last; i > first; i--) {
    const [cl, sl, r] = rotationTo(f, g);
    if (i < last) e[i] = r;
    f = cl * d[i] + sl * e[i - 1];
    e[i - 1] = cl * e[i - 1] - sl * d[i];
    g = sl * d[i - 1];
    d[i - 1] *= cl;
    const [cr, sr, value] = rotationTo(f, g);
    d[i] = value;
    f = cr * e[i - 1] + sr * d[i - 1];
    d[i - 1] = cr * d[i - 1] - sr * e[i - 1];
    if (i > first + 1) {
      g = sr * e[i - 2];
      e[i - 2] *= cr;
    }
    left(i - 1, cl, -sl);
    right(i - 1, cr, -sr);
  }
  e[first] = f;
}

/** Makes a lower bidiagonal matrix, of the diagonal d and the elements e below it, upper bidiagonal by rotations from the left. */
export function toUpper(d: Float64Array, e: Float64Array, left: Rotate): void {
  for (let i = 0; i < e.length; i++) {
    const [c, s, r] = rotationTo(d[i], e[i]);
    [d[i], e[i], d[i + 1]] = [r, s * d[i + 1], c * d[i + 1]];
    left(i, c, s);
  }
}

/** Returns the threshold below which an element beside the diagonal is negligible, from an estimate of the smallest singular value. */
function thresholdOf(d: Float64Array, e: Float64Array): number {
  let mu = Math.abs(d[0]);
  let least = mu;
  for (let i = 1; i < d.length && least !== 0; i++) {
    mu = Math.abs(d[i]) * (mu / (mu + Math.abs(e[i - 1])));
    least = Math.min(least, mu);
  }
  return Math.max((tolerance * least) / Math.sqrt(d.length), 6 * d.length * d.length * tiny);
}

/**
 * Sets an element to 0 that is negligible beside its neighbours in a block, from the end of larger elements on, and returns whether it found one; else the estimate of the
 * smallest singular value of the block.
 */
function deflate({ d, e }: State, first: number, last: number, isDown: boolean): number | null {
  const [nearest, end] = isDown ? [last - 1, last] : [first, first];
  if (Math.abs(e[nearest]) <= tolerance * Math.abs(d[end])) {
    e[nearest] = 0;
    return null;
  }
  let mu = Math.abs(d[isDown ? first : last]);
  let least = mu;
  for (let step = 0; step < last - first; step++) {
    const i = isDown ? first + step : last - 1 - step;
    if (Math.abs(e[i]) <= tolerance * mu) {
      e[i] = 0;
      return null;
    }
    mu = Math.abs(d[isDown ? i + 1 : i]) * (mu / (mu + Math.abs(e[i])));
    least = Math.min(least, mu);
  }
  return least;
}

/** Returns the shift of a sweep; 0 where a shift would lose the relative accuracy of small singular values. */
function shiftOf(
  { d, e }: State,
  first: number,
  last: number,
  isDown: boolean,
  least: number,
  largest: number,
): number {
  if (d.length * tolerance * (least / largest) <= Math.max(unit, 0.01 * tolerance)) return 0;
  const start = Math.abs(d[isDown ? first : last]);
  const i = isDown ? last - 1 : first;
  const [shift] = triangularValues(d[i], e[i], d[i + 1]);
  return start > 0 && (shift / start) ** 2 < unit ? 0 : shift;
}

/**
 * Overwrites the diagonal d of an upper bidiagonal matrix with its singular values, with signs and not yet in order, and destroys the elements e above it. Returns whether the
 * iteration converged.
 */
export function bidiagonalValues(d: Float64Array, e: Float64Array, left: Rotate, right: Rotate): boolean {
  const state = { d, e, left, right };
  const threshold = thresholdOf(d, e);
  let [last, steps, isDown, oldFirst, oldLast] = [d.length - 1, 6 * d.length * d.length, true, -1, -1];
  while (last > 0) {
    if (steps < 0) return false;
    let [first, largest] = [last, Math.abs(d[last])];
    while (first > 0 && Math.abs(e[first - 1]) > threshold) {
      first--;
      largest = Math.max(largest, Math.abs(d[first]), Math.abs(e[first]));
    }
    if (first > 0) e[first - 1] = 0;
    if (first === last) {
      last--;
      continue;
    }
    if (first === last - 1) {
      const pair = triangularSvd(d[first], e[first], d[last]);
      [d[first], d[last], e[first]] = [pair.larger, pair.smaller, 0];
      right(first, ...pair.right);
      left(first, ...pair.left);
      last -= 2;
      continue;
    }
    // a new block is swept from its larger end to its smaller one
    if (first > oldLast || last < oldFirst) isDown = Math.abs(d[first]) >= Math.abs(d[last]);
    const least = deflate(state, first, last, isDown);
    if (least === null) continue;
    [oldFirst, oldLast] = [first, last];
    const shift = shiftOf(state, first, last, isDown, least, largest);
    steps -= last - first;
    if (shift === 0) (isDown ? sweepDownPlain : sweepUpPlain)(state, first, last);
    else (isDown ? sweepDown : sweepUp)(state, first, last, shift);
    const end = isDown ? last - 1 : first;
    if (Math.abs(e[end]) <= threshold) e[end] = 0;
  }
  return true;
}
