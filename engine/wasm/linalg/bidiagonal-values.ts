/**
 * Singular values of an upper bidiagonal matrix to high relative accuracy, by implicit QR iterations with and without a shift (Demmel and Kahan, "Accurate singular values of
 * bidiagonal matrices", 1990). Blocks are reversed where it takes sweeps from the end, which transposes them.
 */
import { number, setNumber } from "./divide";
import { reverse, sortNumbers } from "./tridiagonal-values";

/** Unit roundoff, the relative accuracy that ends the iteration, and the smallest normal number. */
const unit: f64 = 1.1102230246251565e-16;
const tolerance: f64 = 98.7 * unit;
const tiny: f64 = 2.2250738585072014e-308;

/** The rotation that maps (f, g) to (r, 0). */
let cosine: f64 = 1;
let sine: f64 = 0;
let radius: f64 = 0;

/** Finds the rotation that maps (f, g) to (r, 0). */
// @ts-ignore: decorator
@inline
function rotate(f: f64, g: f64): void {
  const square = f * f + g * g;
  let r = sqrt<f64>(square);
  if (!(square > 1e-280 && square < 1e280)) {
    const larger = max(abs<f64>(f), abs<f64>(g)), smaller = min(abs<f64>(f), abs<f64>(g));
    if (larger == 0) {
      cosine = 1;
      sine = 0;
      radius = 0;
      return;
    }
    r = larger * sqrt<f64>(1 + (smaller / larger) * (smaller / larger));
  }
  cosine = f / r;
  sine = g / r;
  radius = r;
}

/** Sweeps without a shift, which keeps small singular values accurate. */
function sweepPlain(d: usize, e: usize, top: i32, last: i32): void {
  let c: f64 = 1, oldC: f64 = 1, oldS: f64 = 0;
  for (let i = top; i < last; i++) {
    rotate(number(d, i) * c, number(e, i));
    c = cosine;
    if (i > top) setNumber(e, i - 1, oldS * radius);
    rotate(oldC * radius, number(d, i + 1) * sine);
    setNumber(d, i, radius);
    oldC = cosine;
    oldS = sine;
  }
  const h = number(d, last) * c;
  setNumber(d, last, h * oldC);
  setNumber(e, last - 1, h * oldS);
}

/** Sweeps with a shift. */
function sweep(d: usize, e: usize, top: i32, last: i32, shift: f64): void {
  const start = number(d, top);
  let f = (abs<f64>(start) - shift) * ((start < 0 ? -1 : 1) + shift / start);
  let g = number(e, top), value = start, beside = g;
  for (let i = top; i < last; i++) {
    rotate(f, g);
    if (i > top) setNumber(e, i - 1, radius);
    f = cosine * value + sine * beside;
    beside = cosine * beside - sine * value;
    const below = number(d, i + 1);
    g = sine * below;
    value = cosine * below;
    rotate(f, g);
    setNumber(d, i, radius);
    f = cosine * beside + sine * value;
    value = cosine * value - sine * beside;
    if (i < last - 1) {
      const next = number(e, i + 1);
      g = sine * next;
      beside = cosine * next;
    }
  }
  setNumber(d, last, value);
  setNumber(e, last - 1, f);
}

/** Returns the smaller singular value of [[f, g], [0, h]], and sets `radius` to the larger one (LAPACK's dlas2). */
function smallerOf(f: f64, g: f64, h: f64): f64 {
  const b = abs<f64>(g), low = min(abs<f64>(f), abs<f64>(h)), high = max(abs<f64>(f), abs<f64>(h));
  if (low == 0) {
    rotate(high, b);
    return 0;
  }
  const ratio = 1 + low / high, gap = (high - low) / high;
  if (b < high) {
    const square = (b / high) * (b / high);
    const factor = 2 / (sqrt<f64>(ratio * ratio + square) + sqrt<f64>(gap * gap + square));
    radius = high / factor;
    return low * factor;
  }
  const inverse = high / b;
  if (inverse == 0) {
    radius = b;
    return low * high / b;
  }
  const factor = 1 / (sqrt<f64>(1 + ratio * inverse * (ratio * inverse)) + sqrt<f64>(1 + gap * inverse * (gap * inverse)));
  radius = b / (2 * factor);
  return 2 * low * factor * inverse;
}

/** Returns the threshold below which an element above the diagonal is negligible, from an estimate of the smallest singular value. */
function thresholdOf(n: i32, d: usize, e: usize): f64 {
  let mu = abs<f64>(number(d, 0)), least = mu;
  for (let i = 1; i < n && least != 0; i++) {
    mu = abs<f64>(number(d, i)) * (mu / (mu + abs<f64>(number(e, i - 1))));
    least = min(least, mu);
  }
  return max<f64>(tolerance * least / sqrt<f64>(<f64>n), 6 * <f64>n * <f64>n * tiny);
}

/** Sets an element to 0 that is negligible beside its neighbours, and returns -1 if it found one; else an estimate of the smallest singular value of the block. */
function deflate(d: usize, e: usize, top: i32, last: i32): f64 {
  if (abs<f64>(number(e, last - 1)) <= tolerance * abs<f64>(number(d, last))) {
    setNumber(e, last - 1, 0);
    return -1;
  }
  let mu = abs<f64>(number(d, top)), least = mu;
  for (let i = top; i < last; i++) {
    if (abs<f64>(number(e, i)) <= tolerance * mu) {
      setNumber(e, i, 0);
      return -1;
    }
    mu = abs<f64>(number(d, i + 1)) * (mu / (mu + abs<f64>(number(e, i))));
    least = min(least, mu);
  }
  return least;
}

/**
 * Replaces the diagonal d [n] of an upper bidiagonal matrix by its singular values in descending order, and destroys the elements e above it. Returns whether the iteration
 * converged.
 */
export function bidiagonalValues(n: i32, d: usize, e: usize): bool {
  const threshold = thresholdOf(n, d, e);
  let last = n - 1, steps: i64 = 6 * <i64>n * <i64>n, oldTop = -1, oldLast = -1;
  while (last > 0) {
    if (steps < 0) return false;
    let top = last, most = abs<f64>(number(d, last));
    while (top > 0 && abs<f64>(number(e, top - 1)) > threshold) {
      top--;
      most = max(most, max(abs<f64>(number(d, top)), abs<f64>(number(e, top))));
    }
    if (top > 0) setNumber(e, top - 1, 0);
    if (top == last) {
      last--;
      continue;
    }
    if (top == last - 1) {
      const smaller = smallerOf(number(d, top), number(e, top), number(d, last));
      setNumber(d, top, radius);
      setNumber(d, last, smaller);
      setNumber(e, top, 0);
      last -= 2;
      continue;
    }
    // a new block is swept from its larger end to its smaller one
    if ((top > oldLast || last < oldTop) && abs<f64>(number(d, top)) < abs<f64>(number(d, last))) {
      reverse(d + (<usize>top << 3), last - top + 1);
      reverse(e + (<usize>top << 3), last - top);
    }
    const least = deflate(d, e, top, last);
    oldTop = top;
    oldLast = last;
    if (least < 0) continue;
    steps -= last - top;
    let shift: f64 = 0;
    // a shift would lose the relative accuracy of small singular values
    if (<f64>n * tolerance * (least / most) > max<f64>(unit, 0.01 * tolerance)) {
      const start = abs<f64>(number(d, top));
      shift = smallerOf(number(d, last - 1), number(e, last - 1), number(d, last));
      if (start > 0 && (shift / start) * (shift / start) < unit) shift = 0;
    }
    if (shift == 0) sweepPlain(d, e, top, last);
    else sweep(d, e, top, last, shift);
    if (abs<f64>(number(e, last - 1)) <= threshold) setNumber(e, last - 1, 0);
  }
  for (let i = 0; i < n; i++) setNumber(d, i, abs<f64>(number(d, i)));
  sortNumbers(n, d);
  reverse(d, n);
  return true;
}
