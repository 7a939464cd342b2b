/** Distances between all pairs of points, Σₖ |xₖ - zₖ|^p to the power of 1 / p, and their gradients. Differences are computed, which lose no digits for close points. */
import { all, expOf, logOf } from "../math/generic";
import { dotOf } from "../reduce/row";
import { addPair, loadSplat, madd, storePair, sumLanes, threadBuffer } from "../simd/lanes";
import { copyTransposed } from "./moves";

/** The distances: the number of coordinates that differ, sums of magnitudes, Euclidean, the largest magnitude, and others. */
const differing: i32 = 0;
const magnitudes: i32 = 1;
const euclidean: i32 = 2;
const largest: i32 = 3;
const powers: i32 = 4;

/** Coordinates that are added one after the other. */
const block: i32 = 128;

function kindOf(p: f64): i32 {
  return p == 0 ? differing : p == 1 ? magnitudes : p == 2 ? euclidean : p == Infinity ? largest : powers;
}

/** Returns |x|^p. */
// @ts-ignore: decorator
@inline
function power<T>(x: v128, p: f64): v128 {
  return expOf<T>(v128.mul<T>(all<T>(p), logOf<T>(v128.abs<T>(x))));
}

/** Adds the term of a difference to a sum. */
// @ts-ignore: decorator
@inline
function accumulate<T>(sum: v128, d: v128, kind: i32, p: f64): v128 {
  if (kind == euclidean) return madd<T>(d, d, sum);
  if (kind == magnitudes) return v128.add<T>(sum, v128.abs<T>(d));
  if (kind == largest) return v128.max<T>(sum, v128.abs<T>(d));
  if (kind == differing) return v128.add<T>(sum, v128.and(all<T>(1), v128.ne<T>(d, all<T>(0))));
  return v128.add<T>(sum, power<T>(d, p));
}

/** Joins the sums of two blocks of coordinates. */
// @ts-ignore: decorator
@inline
function join<T>(a: v128, b: v128, kind: i32): v128 {
  return kind == largest ? v128.max<T>(a, b) : v128.add<T>(a, b);
}

// @ts-ignore: decorator
@inline
function root<T>(sum: v128, kind: i32, p: f64): v128 {
  if (kind == euclidean) return v128.sqrt<T>(sum);
  return kind == powers ? power<T>(sum, 1 / p) : sum;
}

/** Writes the distances of a point to four vectors of points, whose coordinates are rows of `zt`, `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function fourVectors<T>(k: i32, x: usize, zt: usize, stride: usize, kind: i32, p: f64, to: usize): void {
  const zero = v128.splat<T>(0 as T), size = sizeof<T>();
  let t0 = zero, t1 = zero, t2 = zero, t3 = zero;
  for (let from = 0; from < k; from += block) {
    const last = min(from + block, k);
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
    for (let i = from; i < last; i++) {
      const v = loadSplat<T>(x + <usize>i * size), q = zt + <usize>i * stride;
      s0 = accumulate<T>(s0, v128.sub<T>(v, v128.load(q)), kind, p);
      s1 = accumulate<T>(s1, v128.sub<T>(v, v128.load(q, 16)), kind, p);
      s2 = accumulate<T>(s2, v128.sub<T>(v, v128.load(q, 32)), kind, p);
      s3 = accumulate<T>(s3, v128.sub<T>(v, v128.load(q, 48)), kind, p);
    }
    t0 = join<T>(t0, s0, kind);
    t1 = join<T>(t1, s1, kind);
    t2 = join<T>(t2, s2, kind);
    t3 = join<T>(t3, s3, kind);
  }
  storePair(to, root<T>(t0, kind, p), root<T>(t1, kind, p));
  storePair(to + 32, root<T>(t2, kind, p), root<T>(t3, kind, p));
}

/** Writes the distances of a point to `n` points. Up to 60 bytes behind each row of `zt` are read. */
// @ts-ignore: decorator
@inline
function distanceRow<T>(n: i32, k: i32, x: usize, zt: usize, stride: usize, kind: i32, p: f64, to: usize): void {
  const size = sizeof<T>(), bytes = <usize>n * size;
  let j: usize = 0;
  for (; j + 64 <= bytes; j += 64) fourVectors<T>(k, x, zt + j, stride, kind, p, to + j);
  if (j == bytes) return;
  fourVectors<T>(k, x, zt + j, stride, kind, p, threadBuffer);
  memory.copy(to + j, threadBuffer, bytes - j);
}

/** Writes distances of m points to n points; with `upper` those of each point to the ones behind it, which are the same points. */
// @ts-ignore: decorator
@inline
function distanceRows<T>(m: i32, n: i32, k: i32, x: usize, zt: usize, stride: usize, kind: i32, p: f64, upper: bool, to: usize): void {
  const size = sizeof<T>();
  for (let i = 0; i < m; i++) {
    const count = upper ? n - 1 - i : n;
    distanceRow<T>(count, k, x + <usize>(i * k) * size, upper ? zt + <usize>(i + 1) * size : zt, stride, kind, p, to);
    to += <usize>count * size;
  }
}

/** Writes distances by way of the transposed points, for which `work` has room. */
// @ts-ignore: decorator
@inline
function distances<T>(m: i32, n: i32, k: i32, x: usize, z: usize, p: f64, upper: bool, work: usize, to: usize): void {
  const padded = <usize>((n + 31) & ~15), stride = padded * sizeof<T>();
  memory.fill(work, 0, stride * <usize>k + 64);
  copyTransposed<T>(n, k, z, k, work, padded);
  switch (kindOf(p)) {
    case euclidean: return distanceRows<T>(m, n, k, x, work, stride, euclidean, p, upper, to);
    case magnitudes: return distanceRows<T>(m, n, k, x, work, stride, magnitudes, p, upper, to);
    case largest: return distanceRows<T>(m, n, k, x, work, stride, largest, p, upper, to);
    case differing: return distanceRows<T>(m, n, k, x, work, stride, differing, p, upper, to);
    default: return distanceRows<T>(m, n, k, x, work, stride, powers, p, upper, to);
  }
}

/**
 * Writes the distances of order p between points x [m, k] and z [n, k] of float32, [m, n]; with `upper`, where both are the same, those of i < j, behind each other. `work` has room
 * for (n + 31) k + 16 elements.
 */
export function distances32(m: i32, n: i32, k: i32, x: usize, z: usize, p: f64, upper: bool, work: usize, to: usize): void {
  distances<f32>(m, n, k, x, z, p, upper, work, to);
}

/**
 * Writes the distances of order p between points x [m, k] and z [n, k] of float64, [m, n]; with `upper`, where both are the same, those of i < j, behind each other. `work` has room
 * for (n + 31) k + 16 elements.
 */
export function distances64(m: i32, n: i32, k: i32, x: usize, z: usize, p: f64, upper: bool, work: usize, to: usize): void {
  distances<f64>(m, n, k, x, z, p, upper, work, to);
}

/** Returns Σ (x - z)² over k coordinates. */
function squaredDistance<T>(k: i32, x: usize, z: usize): f64 {
  const size = sizeof<T>(), bytes = <usize>k * size;
  let s = v128.splat<T>(0 as T), t = s, i: usize = 0;
  for (; i + 32 <= bytes; i += 32) {
    const d = v128.sub<T>(v128.load(x + i), v128.load(z + i)), e = v128.sub<T>(v128.load(x + i, 16), v128.load(z + i, 16));
    s = madd<T>(d, d, s);
    t = madd<T>(e, e, t);
  }
  let sum = <f64>sumLanes<T>(addPair<T>(s, t));
  for (; i < bytes; i += size) {
    const d = <f64>load<T>(x + i) - <f64>load<T>(z + i);
    sum += d * d;
  }
  return sum;
}

/**
 * Replaces products -2 x · z by distances, from |x|² and |z|². Where the sum of the three cancels, differences are computed instead; returns false where that is so for more than one pair in
 * sixteen, as for points far from the origin.
 */
// @ts-ignore: decorator
@inline
function fromProducts<T>(m: i32, n: i32, k: i32, x: usize, z: usize, work: usize, to: usize): bool {
  const size = sizeof<T>(), line = <usize>k * size;
  let close = 0;
  for (let j = 0; j < n; j++) store<T>(work + <usize>j * size, dotOf<T>(z + <usize>j * line, z + <usize>j * line, k) as T);
  for (let i = 0; i < m; i++) {
    const row = to + <usize>(i * n) * size, own = v128.splat<T>(dotOf<T>(x + <usize>i * line, x + <usize>i * line, k) as T);
    const bytes = <usize>n * size, factor = all<T>(0.0625), marker = all<T>(-1);
    let j: usize = 0;
    let marks = v128.splat<T>(0 as T);
    for (; j + 16 <= bytes; j += 16) {
      const total = v128.add<T>(own, v128.load(work + j)), square = v128.add<T>(total, v128.load(row + j));
      const isClose = v128.lt<T>(square, v128.mul<T>(factor, total));
      marks = v128.or(marks, isClose);
      v128.store(row + j, v128.bitselect(marker, v128.sqrt<T>(square), isClose));
    }
    for (; j < bytes; j += size) {
      const total: T = (v128.extract_lane<T>(own, 0) + load<T>(work + j)) as T, square: T = (total + load<T>(row + j)) as T;
      store<T>(row + j, square < (0.0625 as T) * total ? (-1 as T) : sqrt<T>(square));
      if (square < (0.0625 as T) * total) marks = marker;
    }
    if (!v128.any_true(marks)) continue;
    for (j = 0; j < bytes; j += size) {
      if (load<T>(row + j) != (-1 as T)) continue;
      if (++close > m * n / 16 + 16) return false;
      store<T>(row + j, sqrt<f64>(squaredDistance<T>(k, x + <usize>i * line, z + (j / size) * line)) as T);
    }
  }
  return true;
}

/** Replaces products -2 x · z in float32 by Euclidean distances. `work` has room for n + 8 elements. Returns whether few pairs are so close that the sums cancel. */
export function fromProducts32(m: i32, n: i32, k: i32, x: usize, z: usize, work: usize, to: usize): bool {
  return fromProducts<f32>(m, n, k, x, z, work, to);
}

/** Replaces products -2 x · z in float64 by Euclidean distances. `work` has room for n + 8 elements. Returns whether few pairs are so close that the sums cancel. */
export function fromProducts64(m: i32, n: i32, k: i32, x: usize, z: usize, work: usize, to: usize): bool {
  return fromProducts<f64>(m, n, k, x, z, work, to);
}

/** Returns sign(d) |d|^(p - 1), and 0 for 0. */
// @ts-ignore: decorator
@inline
function slope<T>(d: v128, kind: i32, p: f64, y: v128): v128 {
  if (kind == euclidean) return d;
  const zero = all<T>(0), one = all<T>(1);
  const sign = v128.bitselect(all<T>(-1), one, v128.lt<T>(d, zero));
  const nonzero = v128.ne<T>(d, zero);
  if (kind == magnitudes) return v128.and(sign, nonzero);
  if (kind == largest) return v128.and(sign, v128.and(nonzero, v128.eq<T>(v128.abs<T>(d), y)));
  return v128.and(v128.mul<T>(sign, power<T>(d, p - 1)), nonzero);
}

/** Adds f times the slopes of the differences of two points to `to`. */
// @ts-ignore: decorator
@inline
function addSlopes<T>(k: i32, f: T, y: T, x: usize, z: usize, kind: i32, p: f64, to: usize): void {
  const size = sizeof<T>(), v = v128.splat<T>(f), length = v128.splat<T>(y), bytes = <usize>k * size;
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32)
    storePair(
      to + i,
      madd<T>(v, slope<T>(v128.sub<T>(v128.load(x + i), v128.load(z + i)), kind, p, length), v128.load(to + i)),
      madd<T>(v, slope<T>(v128.sub<T>(v128.load(x + i, 16), v128.load(z + i, 16)), kind, p, length), v128.load(to + i, 16)),
    );
  for (; i < bytes; i += size) {
    const d = v128.splat<T>((load<T>(x + i) - load<T>(z + i)) as T);
    store<T>(to + i, (load<T>(to + i) + f * v128.extract_lane<T>(slope<T>(d, kind, p, length), 0)) as T);
  }
}

// @ts-ignore: decorator
@inline
function gradientRows<T>(m: i32, n: i32, k: i32, x: usize, z: usize, y: usize, g: usize, row: usize, column: usize, kind: i32, p: f64, to: usize): void {
  const size = sizeof<T>(), line = <usize>k * size;
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      const at = (<usize>i * row + <usize>j * column) * size;
      const length = load<T>(y + at), given = load<T>(g + at);
      if (length == 0) continue;
      const f: f64 = kind == euclidean ? <f64>given / <f64>length : kind == powers ? <f64>given * <f64>v128.extract_lane<T>(power<T>(v128.splat<T>(length), 1 - p), 0) : <f64>given;
      addSlopes<T>(k, f as T, length, x + <usize>i * line, z + <usize>j * line, kind, p, to + <usize>i * line);
    }
}

/** Adds the gradient with respect to x, from distances y and cotangents g. */
// @ts-ignore: decorator
@inline
function gradient<T>(m: i32, n: i32, k: i32, x: usize, z: usize, y: usize, g: usize, row: usize, column: usize, p: f64, to: usize): void {
  memory.fill(to, 0, <usize>(m * k) * sizeof<T>());
  switch (kindOf(p)) {
    case differing: return;
    case euclidean: return gradientRows<T>(m, n, k, x, z, y, g, row, column, euclidean, p, to);
    case magnitudes: return gradientRows<T>(m, n, k, x, z, y, g, row, column, magnitudes, p, to);
    case largest: return gradientRows<T>(m, n, k, x, z, y, g, row, column, largest, p, to);
    default: return gradientRows<T>(m, n, k, x, z, y, g, row, column, powers, p, to);
  }
}

/** Writes the gradient of distances in float32 with respect to x [m, k]. y and g have the distance of row i and column j at i `row` + j `column`. The gradient at distance 0 is 0. */
export function distancesGrad32(m: i32, n: i32, k: i32, x: usize, z: usize, y: usize, g: usize, row: usize, column: usize, p: f64, to: usize): void {
  gradient<f32>(m, n, k, x, z, y, g, row, column, p, to);
}

/** Writes the gradient of distances in float64 with respect to x [m, k]. y and g have the distance of row i and column j at i `row` + j `column`. The gradient at distance 0 is 0. */
export function distancesGrad64(m: i32, n: i32, k: i32, x: usize, z: usize, y: usize, g: usize, row: usize, column: usize, p: f64, to: usize): void {
  gradient<f64>(m, n, k, x, z, y, g, row, column, p, to);
}

/** Writes the elements of i < j of a symmetric matrix [n, n] with a diagonal of 0. */
// @ts-ignore: decorator
@inline
function unpack<T>(n: i32, packed: usize, to: usize): void {
  const size = sizeof<T>();
  for (let i = 0; i < n; i++) {
    store<T>(to + <usize>(i * n + i) * size, 0 as T);
    for (let j = i + 1; j < n; j++) {
      const v = load<T>(packed);
      store<T>(to + <usize>(i * n + j) * size, v);
      store<T>(to + <usize>(j * n + i) * size, v);
      packed += size;
    }
  }
}

/** Writes a symmetric matrix [n, n] of float32 with a diagonal of 0, from its elements of i < j. */
export function unpackPairs32(n: i32, packed: usize, to: usize): void {
  unpack<f32>(n, packed, to);
}

/** Writes a symmetric matrix [n, n] of float64 with a diagonal of 0, from its elements of i < j. */
export function unpackPairs64(n: i32, packed: usize, to: usize): void {
  unpack<f64>(n, packed, to);
}
