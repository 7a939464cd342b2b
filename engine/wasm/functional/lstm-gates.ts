/** One step of an LSTM cell: rows of 4 n pre-activations in the order i, f, g, o, and cells of n. */
import { gate as gate32, tanh as tanh32 } from "../math/exponential32";
import { sigmoid, tanh as tanh64 } from "../math/exponential64";
import { storePair, storeWithin, threadBuffer } from "../simd/lanes";

/** Returns σ(x). */
// @ts-ignore: decorator
@inline
function gate<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? sigmoid(x) : gate32(x);
}

/** Returns tanh x. */
// @ts-ignore: decorator
@inline
function tanh<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? tanh64(x) : tanh32(x);
}

/** Returns c' = σ(f) c + σ(i) tanh g. */
// @ts-ignore: decorator
@inline
function cell<T>(gates: usize, bytes: usize, c: usize): v128 {
  const kept = v128.mul<T>(gate<T>(v128.load(gates + bytes)), v128.load(c));
  return v128.add<T>(kept, v128.mul<T>(gate<T>(v128.load(gates)), tanh<T>(v128.load(gates + 2 * bytes))));
}

/** Returns h' = σ(o) tanh c'. */
// @ts-ignore: decorator
@inline
function hidden<T>(gates: usize, bytes: usize, next: v128): v128 {
  return v128.mul<T>(gate<T>(v128.load(gates + 3 * bytes)), tanh<T>(next));
}

// @ts-ignore: decorator
@inline
function forward<T>(rows: i32, n: usize, gates: usize, c: usize, h: usize, next: usize): void {
  const bytes = n * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    let i: usize = 0;
    for (; i + 32 <= bytes; i += 32) {
      const from = gates + i;
      const c0 = cell<T>(from, bytes, c + i), c1 = cell<T>(from + 16, bytes, c + i + 16);
      const h0 = hidden<T>(from, bytes, c0), h1 = hidden<T>(from + 16, bytes, c1);
      storePair(next + i, c0, c1);
      storePair(h + i, h0, h1);
    }
    for (; i < bytes; i += 16) {
      const c0 = cell<T>(gates + i, bytes, c + i);
      const h0 = hidden<T>(gates + i, bytes, c0);
      storeWithin(next + i, c0, bytes - i);
      storeWithin(h + i, h0, bytes - i);
    }
    gates += 4 * bytes;
    c += bytes;
    h += bytes;
    next += bytes;
  }
}

/** Returns v (1 - v), the derivative of σ where its value is v. */
// @ts-ignore: decorator
@inline
export function sigmoidSlope<T>(v: v128): v128 {
  return v128.mul<T>(v, v128.sub<T>(v128.splat<T>(1 as T), v));
}

/** Returns 1 - v², the derivative of tanh where its value is v. */
// @ts-ignore: decorator
@inline
export function tanhSlope<T>(v: v128): v128 {
  return v128.sub<T>(v128.splat<T>(1 as T), v128.mul<T>(v, v));
}

// @ts-ignore: decorator
@inline
function backward<T>(rows: i32, n: usize, gates: usize, c: usize, next: usize, dh: usize, dNext: usize, dGates: usize, dc: usize): void {
  const bytes = n * sizeof<T>();
  // where there is no cotangent, zeros are read again and again
  storePair(threadBuffer, v128.splat<T>(0 as T), v128.splat<T>(0 as T));
  const hStep: usize = dh == 0 ? 0 : ~0, nextStep: usize = dNext == 0 ? 0 : ~0;
  if (dh == 0) dh = threadBuffer;
  if (dNext == 0) dNext = threadBuffer;
  for (let r = 0; r < rows; r++) {
    let at: usize = 0;
    // two vectors at a time, with the stores behind all loads, so that V8 pairs the vectors
    for (; at + 32 <= bytes; at += 32) {
      const from = gates + at, to = dGates + at, hAt = dh + (at & hStep), nextAt = dNext + (at & nextStep);
      const i0 = gate<T>(v128.load(from)), i1 = gate<T>(v128.load(from, 16));
      const f0 = gate<T>(v128.load(from + bytes)), f1 = gate<T>(v128.load(from + bytes, 16));
      const g0 = tanh<T>(v128.load(from + 2 * bytes)), g1 = tanh<T>(v128.load(from + 2 * bytes, 16));
      const o0 = gate<T>(v128.load(from + 3 * bytes)), o1 = gate<T>(v128.load(from + 3 * bytes, 16));
      const t0 = tanh<T>(v128.load(next + at)), t1 = tanh<T>(v128.load(next + at, 16));
      const c0 = v128.load(c + at), c1 = v128.load(c + at, 16);
      const h0 = v128.load(hAt), h1 = v128.load(hAt, 16);
      const d0 = v128.add<T>(v128.mul<T>(v128.mul<T>(h0, o0), tanhSlope<T>(t0)), v128.load(nextAt));
      const d1 = v128.add<T>(v128.mul<T>(v128.mul<T>(h1, o1), tanhSlope<T>(t1)), v128.load(nextAt, 16));
      storePair(to, v128.mul<T>(v128.mul<T>(d0, g0), sigmoidSlope<T>(i0)), v128.mul<T>(v128.mul<T>(d1, g1), sigmoidSlope<T>(i1)));
      storePair(to + bytes, v128.mul<T>(v128.mul<T>(d0, c0), sigmoidSlope<T>(f0)), v128.mul<T>(v128.mul<T>(d1, c1), sigmoidSlope<T>(f1)));
      storePair(to + 2 * bytes, v128.mul<T>(v128.mul<T>(d0, i0), tanhSlope<T>(g0)), v128.mul<T>(v128.mul<T>(d1, i1), tanhSlope<T>(g1)));
      storePair(to + 3 * bytes, v128.mul<T>(v128.mul<T>(h0, t0), sigmoidSlope<T>(o0)), v128.mul<T>(v128.mul<T>(h1, t1), sigmoidSlope<T>(o1)));
      storePair(dc + at, v128.mul<T>(d0, f0), v128.mul<T>(d1, f1));
    }
    for (; at < bytes; at += 16) {
      const from = gates + at, to = dGates + at, left = bytes - at;
      const i = gate<T>(v128.load(from)), f = gate<T>(v128.load(from + bytes));
      const g = tanh<T>(v128.load(from + 2 * bytes)), o = gate<T>(v128.load(from + 3 * bytes));
      const t = tanh<T>(v128.load(next + at));
      const h = v128.load(dh + (at & hStep));
      const d = v128.add<T>(v128.mul<T>(v128.mul<T>(h, o), tanhSlope<T>(t)), v128.load(dNext + (at & nextStep)));
      storeWithin(to, v128.mul<T>(v128.mul<T>(d, g), sigmoidSlope<T>(i)), left);
      storeWithin(to + bytes, v128.mul<T>(v128.mul<T>(d, v128.load(c + at)), sigmoidSlope<T>(f)), left);
      storeWithin(to + 2 * bytes, v128.mul<T>(v128.mul<T>(d, i), tanhSlope<T>(g)), left);
      storeWithin(to + 3 * bytes, v128.mul<T>(v128.mul<T>(h, t), sigmoidSlope<T>(o)), left);
      storeWithin(dc + at, v128.mul<T>(d, f), left);
    }
    gates += 4 * bytes;
    c += bytes;
    next += bytes;
    dh += bytes & hStep;
    dNext += bytes & nextStep;
    dGates += 4 * bytes;
    dc += bytes;
  }
}

/** Computes h' and c' (`next`) from the pre-activations and c in float32. */
export function lstmGates32(rows: i32, n: usize, gates: usize, c: usize, h: usize, next: usize): void {
  forward<f32>(rows, n, gates, c, h, next);
}

/** Computes h' and c' (`next`) from the pre-activations and c in float64. */
export function lstmGates64(rows: i32, n: usize, gates: usize, c: usize, h: usize, next: usize): void {
  forward<f64>(rows, n, gates, c, h, next);
}

/** Computes the cotangents of the pre-activations and of c in float32 from those of h' and c', of which one address may be 0 for none. */
export function lstmGatesGrad32(rows: i32, n: usize, gates: usize, c: usize, next: usize, dh: usize, dNext: usize, dGates: usize, dc: usize): void {
  backward<f32>(rows, n, gates, c, next, dh, dNext, dGates, dc);
}

/** Computes the cotangents of the pre-activations and of c in float64 from those of h' and c', of which one address may be 0 for none. */
export function lstmGatesGrad64(rows: i32, n: usize, gates: usize, c: usize, next: usize, dh: usize, dNext: usize, dGates: usize, dc: usize): void {
  backward<f64>(rows, n, gates, c, next, dh, dNext, dGates, dc);
}
