/**
 * The secular equation 1 + Σ zᵢ² / Δᵢ = 0, where Δᵢ is dᵢ - λ for eigenvalues and dᵢ² - σ² for singular values. Its roots lie between the poles. They are found by rational
 * interpolation ("the middle way" of Li, "Solving secular equations stably and efficiently", 1993), relative to the nearest pole, so that every Δᵢ has a small relative error.
 */
import { addPair, storePair, sumLanes } from "../simd/lanes";

/** Unit roundoff, and the most steps for a root. */
const unit: f64 = 1.1102230246251565e-16;
const mostSteps: i32 = 80;

/** Σ zᵢ² / Δᵢ and Σ zᵢ² / Δᵢ² of the last evaluation. */
let sum: f64 = 0;
let slope: f64 = 0;

// @ts-ignore: decorator
@inline
function at(x: usize, i: i32): f64 {
  return load<f64>(x + (<usize>i << 3));
}

/** Returns dᵢ - λ, or dᵢ² - σ², for the value `origin` + `tau`. */
// @ts-ignore: decorator
@inline
function differences(d: v128, origin: v128, tau: v128, squared: bool): v128 {
  const difference = f64x2.sub(f64x2.sub(d, origin), tau);
  if (!squared) return difference;
  return f64x2.mul(difference, f64x2.add(f64x2.add(d, origin), tau));
}

/** Writes Δᵢ for the poles from `first` to `last`, and sums their terms. */
function evaluate(first: i32, last: i32, d: usize, z: usize, delta: usize, origin: f64, tau: f64, squared: bool): void {
  const o = f64x2.splat(origin), t = f64x2.splat(tau);
  let s0 = f64x2.splat(0), s1 = s0, p0 = s0, p1 = s0;
  let i = <usize>first << 3;
  const end = <usize>last << 3;
  for (; i + 32 <= end; i += 32) {
    const a = differences(v128.load(d + i), o, t, squared), b = differences(v128.load(d + i, 16), o, t, squared);
    const x = v128.load(z + i), y = v128.load(z + i, 16);
    const u = f64x2.div(x, a), v = f64x2.div(y, b);
    storePair(delta + i, a, b);
    s0 = f64x2.add(s0, f64x2.mul(x, u));
    s1 = f64x2.add(s1, f64x2.mul(y, v));
    p0 = f64x2.add(p0, f64x2.mul(u, u));
    p1 = f64x2.add(p1, f64x2.mul(v, v));
  }
  sum = sumLanes<f64>(addPair<f64>(s0, s1));
  slope = sumLanes<f64>(addPair<f64>(p0, p1));
  for (; i < end; i += 8) {
    let a = load<f64>(d + i) - origin - tau;
    if (squared) a *= load<f64>(d + i) + origin + tau;
    store<f64>(delta + i, a);
    const u = load<f64>(z + i) / a;
    sum += load<f64>(z + i) * u;
    slope += u * u;
  }
}

/** Returns the solution of c y² - a y + b = 0 for which 2 b / (a + √…) is the stable form if a > 0. */
// @ts-ignore: decorator
@inline
function quadratic(a: f64, b: f64, c: f64): f64 {
  const root = sqrt<f64>(max<f64>(a * a - 4 * b * c, 0));
  return a > 0 ? 2 * b / (a + root) : (a - root) / (2 * c);
}

/** Returns the j-th root λ or σ in ascending order, and writes Δᵢ to `delta`. The poles d [k] ascend, the weights z [k] are not 0; for singular values d begins with 0. */
export function findRoot(k: i32, j: i32, d: usize, z: usize, delta: usize, squared: bool): f64 {
  if (k == 1) {
    const p = at(d, 0), w = at(z, 0) * at(z, 0);
    store<f64>(delta, -w);
    return squared ? sqrt<f64>(p * p + w) : p + w;
  }
  const isLast = j == k - 1, left = isLast ? j - 1 : j, right = left + 1;
  const pl = at(d, left), pr = at(d, right), wl = at(z, left) * at(z, left), wr = at(z, right) * at(z, right);
  let origin = pr, low: f64 = 0, high: f64 = 0, middle: f64;
  if (isLast) {
    let total: f64 = 0;
    for (let i = 0; i < k; i++) total += at(z, i) * at(z, i);
    high = squared ? total / (pr + sqrt<f64>(pr * pr + total)) : total;
    middle = high * 0.5;
  } else {
    origin = pl;
    middle = (pr - pl) * 0.5;
  }
  evaluate(0, k, d, z, delta, origin, middle, squared);
  // the other terms are taken as constant in the first guess
  const gap = squared ? (pr - pl) * (pr + pl) : pr - pl;
  let f = 1 + sum, y: f64;
  const c = f - wl / at(delta, left) - wr / at(delta, right);
  if (isLast) {
    if (f < 0) low = middle;
    else high = middle;
    // c y² + (c g - wl - wr) y - wr g = 0 has one positive root
    const a = wl + wr - c * gap, root = sqrt<f64>(max<f64>(a * a + 4 * c * wr * gap, 0));
    y = a >= 0 ? (a + root) / (2 * c) : 2 * wr * gap / (root - a);
  } else if (f >= 0) {
    high = middle;
    y = quadratic(c * gap + wl + wr, wl * gap, c);
  } else {
    origin = pr;
    low = -middle;
    y = -quadratic(wl + wr - c * gap, wr * gap, -c);
  }
  let tau = squared ? y / (origin + sqrt<f64>(max<f64>(origin * origin + y, 0))) : y;
  for (let step = 0; ; step++) {
    if (!(tau > low && tau < high)) tau = low > 0 && high > 8 * low ? sqrt<f64>(low) * sqrt<f64>(high) : high < 0 && low < 8 * high ? -sqrt<f64>(-low) * sqrt<f64>(-high) : 0.5 * (low + high);
    evaluate(0, left + 1, d, z, delta, origin, tau, squared);
    const leftSum = sum, leftSlope = slope;
    evaluate(left + 1, k, d, z, delta, origin, tau, squared);
    f = 1 + leftSum + sum;
    const slopes = leftSlope + slope;
    const shift = squared ? tau * (2 * origin + tau) : tau;
    if (step == mostSteps || abs<f64>(f) <= unit * (16 * (1 + abs<f64>(leftSum) + abs<f64>(sum)) + abs<f64>(shift) * slopes)) break;
    if (f < 0) low = tau;
    else high = tau;
    if (high - low <= 2 * unit * max<f64>(abs<f64>(low), abs<f64>(high))) break;
    const dl = at(delta, left), dr = at(delta, right);
    const cc = f - dl * leftSlope - dr * slope, a = (dl + dr) * f - dl * dr * slopes, b = dl * dr * f;
    const root = sqrt<f64>(max<f64>(a * a - 4 * b * cc, 0));
    let eta = isLast ? (a >= 0 ? (a + root) / (2 * abs<f64>(cc)) : 2 * b / (a - root)) : a <= 0 ? (a - root) / (2 * cc) : 2 * b / (a + root);
    if (!(f * eta < 0)) eta = -f / slopes;
    if (squared) {
      const value = origin + tau, next = value * value + eta;
      tau = next > 0 ? tau + eta / (value + sqrt<f64>(next)) : NaN;
    } else tau += eta;
  }
  return origin + tau;
}

/**
 * Writes the weights for which the computed roots are exact (Gu and Eisenstat, "A stable and efficient algorithm for the rank-one modification of the symmetric eigenproblem",
 * 1994), with the signs of z. Row j of `delta` [k, k] has the Δᵢ of the j-th root.
 */
export function exactWeights(k: i32, d: usize, z: usize, delta: usize, exact: usize, squared: bool): void {
  const row = <usize>k << 3, zero = f64x2.splat(0);
  for (let i = 0; i < k; i++) store<f64>(exact + (<usize>i << 3), at(delta + <usize>i * row, i));
  for (let j = 0; j < k; j++) {
    const own = exact + (<usize>j << 3), kept = load<f64>(own), pole = at(d, j);
    const p = f64x2.splat(pole), line = delta + <usize>j * row;
    let i: usize = 0;
    for (; i + 32 <= row; i += 32) {
      const a = differences(v128.load(d + i), p, zero, squared), b = differences(v128.load(d + i, 16), p, zero, squared);
      storePair(exact + i, f64x2.mul(v128.load(exact + i), f64x2.div(v128.load(line + i), a)), f64x2.mul(v128.load(exact + i, 16), f64x2.div(v128.load(line + i, 16), b)));
    }
    for (; i < row; i += 8) {
      let a = load<f64>(d + i) - pole;
      if (squared) a *= load<f64>(d + i) + pole;
      store<f64>(exact + i, load<f64>(exact + i) * (load<f64>(line + i) / a));
    }
    store<f64>(own, kept);
  }
  for (let i = 0; i < k; i++) {
    const to = exact + (<usize>i << 3), size = sqrt<f64>(abs<f64>(load<f64>(to)));
    store<f64>(to, at(z, i) < 0 ? -size : size);
  }
}

/** Divides the weights by a row of Δᵢ, in place. */
export function divideWeights(k: i32, exact: usize, line: usize): void {
  const row = <usize>k << 3;
  let i: usize = 0;
  for (; i + 32 <= row; i += 32)
    storePair(line + i, f64x2.div(v128.load(exact + i), v128.load(line + i)), f64x2.div(v128.load(exact + i, 16), v128.load(line + i, 16)));
  for (; i < row; i += 8) store<f64>(line + i, load<f64>(exact + i) / load<f64>(line + i));
}
