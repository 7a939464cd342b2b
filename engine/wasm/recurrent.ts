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

/** Bytes of a block of a row, and of its place in a thread's own memory, behind what the lanes use: a write may pass the end by a vector. */
const blockBytes: usize = 4096;
const placeBytes: usize = blockBytes + 64;
// @ts-ignore: decorator
@inline
function place(i: usize): usize {
  return own + 512 + i * placeBytes;
}

/* to = σ(from), and tanh: functions of their own, so that V8 makes pairs of their vectors. */

function gates<T>(bytes: usize, from: usize, to: usize): void {
  for (let i: usize = 0; i < bytes; i += 32) storePair(to + i, gate<T>(v128.load(from + i)), gate<T>(v128.load(from + i, 16)));
}

function tanhs<T>(bytes: usize, from: usize, to: usize): void {
  for (let i: usize = 0; i < bytes; i += 32) storePair(to + i, tanh<T>(v128.load(from + i)), tanh<T>(v128.load(from + i, 16)));
}

/** i, f and o by σ, g by tanh, for a block of a row whose sums are `step` bytes apart: to the places 0 to 3. */
// @ts-ignore: decorator
@inline
function activate<T>(bytes: usize, sums: usize, step: usize): void {
  gates<T>(bytes, sums, place(0));
  gates<T>(bytes, sums + step, place(1));
  tanhs<T>(bytes, sums + 2 * step, place(2));
  gates<T>(bytes, sums + 3 * step, place(3));
}

/** c' = f c + i g */
function nextCells<T>(bytes: usize, c: usize, next: usize): void {
  const i = place(0), f = place(1), g = place(2);
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    const c0 = v128.add<T>(v128.mul<T>(v128.load(f + at), v128.load(c + at)), v128.mul<T>(v128.load(i + at), v128.load(g + at)));
    const c1 = v128.add<T>(v128.mul<T>(v128.load(f + at, 16), v128.load(c + at, 16)), v128.mul<T>(v128.load(i + at, 16), v128.load(g + at, 16)));
    storePair(next + at, c0, c1);
  }
  for (; at < bytes; at += 16)
    storeLeft(next + at, v128.add<T>(v128.mul<T>(v128.load(f + at), v128.load(c + at)), v128.mul<T>(v128.load(i + at), v128.load(g + at))), bytes - at);
}

/** h' = o tanh c' */
function hidden<T>(bytes: usize, h: usize): void {
  const o = place(3), t = place(4);
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32)
    storePair(h + at, v128.mul<T>(v128.load(o + at), v128.load(t + at)), v128.mul<T>(v128.load(o + at, 16), v128.load(t + at, 16)));
  for (; at < bytes; at += 16) storeLeft(h + at, v128.mul<T>(v128.load(o + at), v128.load(t + at)), bytes - at);
}

// @ts-ignore: decorator
@inline
function forward<T>(rows: i32, n: usize, sums: usize, c: usize, h: usize, next: usize): void {
  const bytes = n * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    for (let at: usize = 0; at < bytes; at += blockBytes) {
      const size = min(blockBytes, bytes - at);
      activate<T>(size, sums + at, bytes);
      nextCells<T>(size, c + at, next + at);
      tanhs<T>(size, next + at, place(4));
      hidden<T>(size, h + at);
    }
    sums += 4 * bytes;
    c += bytes;
    h += bytes;
    next += bytes;
  }
}

/** v (1 - v), the slope of the logistic function. */
// @ts-ignore: decorator
@inline
function bend<T>(v: v128): v128 {
  return v128.mul<T>(v, v128.sub<T>(v128.splat<T>(1 as T), v));
}

/** 1 - v², the slope of tanh. */
// @ts-ignore: decorator
@inline
function bendTanh<T>(v: v128): v128 {
  return v128.sub<T>(v128.splat<T>(1 as T), v128.mul<T>(v, v));
}

/**
 * A block of a row, whose gates are `step` bytes apart: cotangents of the sums and of c. A mask of 0 reads the same zeros over and over where there is no
 * cotangent.
 */
function slopes<T>(bytes: usize, c: usize, dh: usize, hMask: usize, dNext: usize, nextMask: usize, to: usize, step: usize, dc: usize): void {
  const gi = place(0), gf = place(1), gg = place(2), go = place(3), gt = place(4);
  let at: usize = 0;
  // two vectors at a time, and stores behind all loads, so that they pair
  for (; at + 32 <= bytes; at += 32) {
    const hAt = dh + (at & hMask), nextAt = dNext + (at & nextMask);
    const i0 = v128.load(gi + at), i1 = v128.load(gi + at, 16);
    const f0 = v128.load(gf + at), f1 = v128.load(gf + at, 16);
    const g0 = v128.load(gg + at), g1 = v128.load(gg + at, 16);
    const o0 = v128.load(go + at), o1 = v128.load(go + at, 16);
    const t0 = v128.load(gt + at), t1 = v128.load(gt + at, 16);
    const c0 = v128.load(c + at), c1 = v128.load(c + at, 16);
    const h0 = v128.load(hAt), h1 = v128.load(hAt, 16);
    const d0 = v128.add<T>(v128.mul<T>(v128.mul<T>(h0, o0), bendTanh<T>(t0)), v128.load(nextAt));
    const d1 = v128.add<T>(v128.mul<T>(v128.mul<T>(h1, o1), bendTanh<T>(t1)), v128.load(nextAt, 16));
    const toAt = to + at;
    storePair(toAt, v128.mul<T>(v128.mul<T>(d0, g0), bend<T>(i0)), v128.mul<T>(v128.mul<T>(d1, g1), bend<T>(i1)));
    storePair(toAt + step, v128.mul<T>(v128.mul<T>(d0, c0), bend<T>(f0)), v128.mul<T>(v128.mul<T>(d1, c1), bend<T>(f1)));
    storePair(toAt + 2 * step, v128.mul<T>(v128.mul<T>(d0, i0), bendTanh<T>(g0)), v128.mul<T>(v128.mul<T>(d1, i1), bendTanh<T>(g1)));
    storePair(toAt + 3 * step, v128.mul<T>(v128.mul<T>(h0, t0), bend<T>(o0)), v128.mul<T>(v128.mul<T>(h1, t1), bend<T>(o1)));
    storePair(dc + at, v128.mul<T>(d0, f0), v128.mul<T>(d1, f1));
  }
  for (; at < bytes; at += 16) {
    const left = bytes - at, toAt = to + at;
    const i = v128.load(gi + at), f = v128.load(gf + at), g = v128.load(gg + at), o = v128.load(go + at), t = v128.load(gt + at);
    const h = v128.load(dh + (at & hMask));
    const d = v128.add<T>(v128.mul<T>(v128.mul<T>(h, o), bendTanh<T>(t)), v128.load(dNext + (at & nextMask)));
    storeLeft(toAt, v128.mul<T>(v128.mul<T>(d, g), bend<T>(i)), left);
    storeLeft(toAt + step, v128.mul<T>(v128.mul<T>(d, v128.load(c + at)), bend<T>(f)), left);
    storeLeft(toAt + 2 * step, v128.mul<T>(v128.mul<T>(d, i), bendTanh<T>(g)), left);
    storeLeft(toAt + 3 * step, v128.mul<T>(v128.mul<T>(h, t), bend<T>(o)), left);
    storeLeft(dc + at, v128.mul<T>(d, f), left);
  }
}

// @ts-ignore: decorator
@inline
function backward<T>(rows: i32, n: usize, sums: usize, c: usize, next: usize, dh: usize, dNext: usize, dSums: usize, dc: usize): void {
  const bytes = n * sizeof<T>();
  storePair(own, v128.splat<T>(0 as T), v128.splat<T>(0 as T));
  const hMask: usize = dh == 0 ? 0 : ~0, nextMask: usize = dNext == 0 ? 0 : ~0;
  if (dh == 0) dh = own;
  if (dNext == 0) dNext = own;
  for (let r = 0; r < rows; r++) {
    for (let at: usize = 0; at < bytes; at += blockBytes) {
      const size = min(blockBytes, bytes - at);
      activate<T>(size, sums + at, bytes);
      tanhs<T>(size, next + at, place(4));
      slopes<T>(size, c + at, dh + (at & hMask), hMask, dNext + (at & nextMask), nextMask, dSums + at, bytes, dc + at);
    }
    sums += 4 * bytes;
    c += bytes;
    next += bytes;
    dh += bytes & hMask;
    dNext += bytes & nextMask;
    dSums += 4 * bytes;
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
