/** The gates of a long short-term memory, in float32: rows of 4 n sums in the order i, f, g, o, and cells of n. */
import { gate, tanh } from "./exponential";
import { own, storePair, storePart } from "./lanes";

// @ts-ignore: decorator
@inline
function put(to: usize, v: v128, left: usize): void {
  if (left >= 16) v128.store(to, v);
  else storePart(to, v, left);
}

/** c' = σ(f) c + σ(i) tanh g */
// @ts-ignore: decorator
@inline
function cell(gates: usize, bytes: usize, c: usize): v128 {
  const kept = f32x4.mul(gate(v128.load(gates + bytes)), v128.load(c));
  return f32x4.add(kept, f32x4.mul(gate(v128.load(gates)), tanh(v128.load(gates + 2 * bytes))));
}

/** h' = σ(o) tanh c' */
// @ts-ignore: decorator
@inline
function hidden(gates: usize, bytes: usize, next: v128): v128 {
  return f32x4.mul(gate(v128.load(gates + 3 * bytes)), tanh(next));
}

export function lstm32(rows: i32, n: usize, gates: usize, c: usize, h: usize, next: usize): void {
  const bytes = n << 2;
  for (let r = 0; r < rows; r++) {
    let i: usize = 0;
    for (; i + 32 <= bytes; i += 32) {
      const from = gates + i;
      const c0 = cell(from, bytes, c + i), c1 = cell(from + 16, bytes, c + i + 16);
      const h0 = hidden(from, bytes, c0), h1 = hidden(from + 16, bytes, c1);
      storePair(next + i, c0, c1);
      storePair(h + i, h0, h1);
    }
    for (; i < bytes; i += 16) {
      const c0 = cell(gates + i, bytes, c + i);
      const h0 = hidden(gates + i, bytes, c0);
      put(next + i, c0, bytes - i);
      put(h + i, h0, bytes - i);
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
function bend(v: v128): v128 {
  return f32x4.mul(v, f32x4.sub(f32x4.splat(1), v));
}

/** 1 - v², the slope of tanh. */
// @ts-ignore: decorator
@inline
function bendTanh(v: v128): v128 {
  return f32x4.sub(f32x4.splat(1), f32x4.mul(v, v));
}

/** Cotangents of the sums and of c from those of h' and c', where one of the two may be 0 for none. */
export function lstmGrad32(rows: i32, n: usize, gates: usize, c: usize, next: usize, dh: usize, dNext: usize, dGates: usize, dc: usize): void {
  const bytes = n << 2;
  // where there is no cotangent, the same zeros over and over
  storePair(own, f32x4.splat(0), f32x4.splat(0));
  const hStep: usize = dh == 0 ? 0 : ~0, nextStep: usize = dNext == 0 ? 0 : ~0;
  if (dh == 0) dh = own;
  if (dNext == 0) dNext = own;
  for (let r = 0; r < rows; r++) {
    let at: usize = 0;
    // two vectors at a time, and stores behind all loads, so that they pair
    for (; at + 32 <= bytes; at += 32) {
      const from = gates + at, to = dGates + at, hAt = dh + (at & hStep), nextAt = dNext + (at & nextStep);
      const i0 = gate(v128.load(from)), i1 = gate(v128.load(from, 16));
      const f0 = gate(v128.load(from + bytes)), f1 = gate(v128.load(from + bytes, 16));
      const g0 = tanh(v128.load(from + 2 * bytes)), g1 = tanh(v128.load(from + 2 * bytes, 16));
      const o0 = gate(v128.load(from + 3 * bytes)), o1 = gate(v128.load(from + 3 * bytes, 16));
      const t0 = tanh(v128.load(next + at)), t1 = tanh(v128.load(next + at, 16));
      const c0 = v128.load(c + at), c1 = v128.load(c + at, 16);
      const h0 = v128.load(hAt), h1 = v128.load(hAt, 16);
      const d0 = f32x4.add(f32x4.mul(f32x4.mul(h0, o0), bendTanh(t0)), v128.load(nextAt));
      const d1 = f32x4.add(f32x4.mul(f32x4.mul(h1, o1), bendTanh(t1)), v128.load(nextAt, 16));
      storePair(to, f32x4.mul(f32x4.mul(d0, g0), bend(i0)), f32x4.mul(f32x4.mul(d1, g1), bend(i1)));
      storePair(to + bytes, f32x4.mul(f32x4.mul(d0, c0), bend(f0)), f32x4.mul(f32x4.mul(d1, c1), bend(f1)));
      storePair(to + 2 * bytes, f32x4.mul(f32x4.mul(d0, i0), bendTanh(g0)), f32x4.mul(f32x4.mul(d1, i1), bendTanh(g1)));
      storePair(to + 3 * bytes, f32x4.mul(f32x4.mul(h0, t0), bend(o0)), f32x4.mul(f32x4.mul(h1, t1), bend(o1)));
      storePair(dc + at, f32x4.mul(d0, f0), f32x4.mul(d1, f1));
    }
    for (; at < bytes; at += 16) {
      const from = gates + at, to = dGates + at, left = bytes - at;
      const i = gate(v128.load(from)), f = gate(v128.load(from + bytes));
      const g = tanh(v128.load(from + 2 * bytes)), o = gate(v128.load(from + 3 * bytes));
      const t = tanh(v128.load(next + at));
      const h = v128.load(dh + (at & hStep));
      const d = f32x4.add(f32x4.mul(f32x4.mul(h, o), bendTanh(t)), v128.load(dNext + (at & nextStep)));
      put(to, f32x4.mul(f32x4.mul(d, g), bend(i)), left);
      put(to + bytes, f32x4.mul(f32x4.mul(d, v128.load(c + at)), bend(f)), left);
      put(to + 2 * bytes, f32x4.mul(f32x4.mul(d, i), bendTanh(g)), left);
      put(to + 3 * bytes, f32x4.mul(f32x4.mul(h, t), bend(o)), left);
      put(dc + at, f32x4.mul(d, f), left);
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
