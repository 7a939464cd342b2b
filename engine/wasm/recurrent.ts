/** The gates of a long short-term memory: rows of 4 n sums in the order i, f, g, o, and cells of n. */
import { sigmoid, tanh as tanh64 } from "./doubles";
import { gate as gate32, tanh as tanh32 } from "./exponential";
import { own, storeLeft, storePair } from "./lanes";

/** σ(x) */
// @ts-ignore: decorator
@inline
function gate<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? sigmoid(x) : gate32(x);
}

// @ts-ignore: decorator
@inline
function tanh<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? tanh64(x) : tanh32(x);
}

/** c' = σ(f) c + σ(i) tanh g */
// @ts-ignore: decorator
@inline
function cell<T>(gates: usize, bytes: usize, c: usize): v128 {
  const kept = v128.mul<T>(gate<T>(v128.load(gates + bytes)), v128.load(c));
  return v128.add<T>(kept, v128.mul<T>(gate<T>(v128.load(gates)), tanh<T>(v128.load(gates + 2 * bytes))));
}

/** h' = σ(o) tanh c' */
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
      storeLeft(next + i, c0, bytes - i);
      storeLeft(h + i, h0, bytes - i);
    }
    gates += 4 * bytes;
    c += bytes;
    h += bytes;
    next += bytes;
  }
}

/** v (1 - v), the slope of the logistic function. */
// @ts-ignore: decorator
@inline
export function bend<T>(v: v128): v128 {
  return v128.mul<T>(v, v128.sub<T>(v128.splat<T>(1 as T), v));
}

/** 1 - v², the slope of tanh. */
// @ts-ignore: decorator
@inline
export function bendTanh<T>(v: v128): v128 {
  return v128.sub<T>(v128.splat<T>(1 as T), v128.mul<T>(v, v));
}

// @ts-ignore: decorator
@inline
function backward<T>(rows: i32, n: usize, gates: usize, c: usize, next: usize, dh: usize, dNext: usize, dGates: usize, dc: usize): void {
  const bytes = n * sizeof<T>();
  // where there is no cotangent, the same zeros over and over
  storePair(own, v128.splat<T>(0 as T), v128.splat<T>(0 as T));
  const hStep: usize = dh == 0 ? 0 : ~0, nextStep: usize = dNext == 0 ? 0 : ~0;
  if (dh == 0) dh = own;
  if (dNext == 0) dNext = own;
  for (let r = 0; r < rows; r++) {
    let at: usize = 0;
    // two vectors at a time, and stores behind all loads, so that they pair
    for (; at + 32 <= bytes; at += 32) {
      const from = gates + at, to = dGates + at, hAt = dh + (at & hStep), nextAt = dNext + (at & nextStep);
      const i0 = gate<T>(v128.load(from)), i1 = gate<T>(v128.load(from, 16));
      const f0 = gate<T>(v128.load(from + bytes)), f1 = gate<T>(v128.load(from + bytes, 16));
      const g0 = tanh<T>(v128.load(from + 2 * bytes)), g1 = tanh<T>(v128.load(from + 2 * bytes, 16));
      const o0 = gate<T>(v128.load(from + 3 * bytes)), o1 = gate<T>(v128.load(from + 3 * bytes, 16));
      const t0 = tanh<T>(v128.load(next + at)), t1 = tanh<T>(v128.load(next + at, 16));
      const c0 = v128.load(c + at), c1 = v128.load(c + at, 16);
      const h0 = v128.load(hAt), h1 = v128.load(hAt, 16);
      const d0 = v128.add<T>(v128.mul<T>(v128.mul<T>(h0, o0), bendTanh<T>(t0)), v128.load(nextAt));
      const d1 = v128.add<T>(v128.mul<T>(v128.mul<T>(h1, o1), bendTanh<T>(t1)), v128.load(nextAt, 16));
      storePair(to, v128.mul<T>(v128.mul<T>(d0, g0), bend<T>(i0)), v128.mul<T>(v128.mul<T>(d1, g1), bend<T>(i1)));
      storePair(to + bytes, v128.mul<T>(v128.mul<T>(d0, c0), bend<T>(f0)), v128.mul<T>(v128.mul<T>(d1, c1), bend<T>(f1)));
      storePair(to + 2 * bytes, v128.mul<T>(v128.mul<T>(d0, i0), bendTanh<T>(g0)), v128.mul<T>(v128.mul<T>(d1, i1), bendTanh<T>(g1)));
      storePair(to + 3 * bytes, v128.mul<T>(v128.mul<T>(h0, t0), bend<T>(o0)), v128.mul<T>(v128.mul<T>(h1, t1), bend<T>(o1)));
      storePair(dc + at, v128.mul<T>(d0, f0), v128.mul<T>(d1, f1));
    }
    for (; at < bytes; at += 16) {
      const from = gates + at, to = dGates + at, left = bytes - at;
      const i = gate<T>(v128.load(from)), f = gate<T>(v128.load(from + bytes));
      const g = tanh<T>(v128.load(from + 2 * bytes)), o = gate<T>(v128.load(from + 3 * bytes));
      const t = tanh<T>(v128.load(next + at));
      const h = v128.load(dh + (at & hStep));
      const d = v128.add<T>(v128.mul<T>(v128.mul<T>(h, o), bendTanh<T>(t)), v128.load(dNext + (at & nextStep)));
      storeLeft(to, v128.mul<T>(v128.mul<T>(d, g), bend<T>(i)), left);
      storeLeft(to + bytes, v128.mul<T>(v128.mul<T>(d, v128.load(c + at)), bend<T>(f)), left);
      storeLeft(to + 2 * bytes, v128.mul<T>(v128.mul<T>(d, i), bendTanh<T>(g)), left);
      storeLeft(to + 3 * bytes, v128.mul<T>(v128.mul<T>(h, t), bend<T>(o)), left);
      storeLeft(dc + at, v128.mul<T>(d, f), left);
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

/** h' and c' from the sums and c. */
export function lstm32(rows: i32, n: usize, gates: usize, c: usize, h: usize, next: usize): void {
  forward<f32>(rows, n, gates, c, h, next);
}
export function lstm64(rows: i32, n: usize, gates: usize, c: usize, h: usize, next: usize): void {
  forward<f64>(rows, n, gates, c, h, next);
}

/** Cotangents of the sums and of c from those of h' and c', where one of the two may be 0 for none. */
export function lstmGrad32(rows: i32, n: usize, gates: usize, c: usize, next: usize, dh: usize, dNext: usize, dGates: usize, dc: usize): void {
  backward<f32>(rows, n, gates, c, next, dh, dNext, dGates, dc);
}
export function lstmGrad64(rows: i32, n: usize, gates: usize, c: usize, next: usize, dh: usize, dNext: usize, dGates: usize, dc: usize): void {
  backward<f64>(rows, n, gates, c, next, dh, dNext, dGates, dc);
}
