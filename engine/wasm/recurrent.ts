/** The gates of a long short-term memory, in float32: rows of 4 n sums in the order i, f, g, o, and cells of n. */
import { storePart } from "./lanes";
import { sigmoid, tanh } from "./math";

// @ts-ignore: decorator
@inline
function put(to: usize, v: v128, left: usize): void {
  if (left >= 16) v128.store(to, v);
  else storePart(to, v, left);
}

/** c' = σ(f) c + σ(i) tanh g, h' = σ(o) tanh c' */
export function lstm32(rows: i32, n: usize, gates: usize, c: usize, h: usize, next: usize): void {
  const bytes = n << 2;
  for (let r = 0; r < rows; r++) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const from = gates + i;
      const a = f32x4.mul(sigmoid(v128.load(from + bytes)), v128.load(c + i));
      const cell = f32x4.add(a, f32x4.mul(sigmoid(v128.load(from)), tanh(v128.load(from + 2 * bytes))));
      put(next + i, cell, bytes - i);
      put(h + i, f32x4.mul(sigmoid(v128.load(from + 3 * bytes)), tanh(cell)), bytes - i);
    }
    gates += 4 * bytes;
    c += bytes;
    h += bytes;
    next += bytes;
  }
}

/** Cotangents of the sums and of c from those of h' and c', where one of the two may be 0 for none. */
export function lstmGrad32(rows: i32, n: usize, gates: usize, c: usize, next: usize, dh: usize, dNext: usize, dGates: usize, dc: usize): void {
  const bytes = n << 2;
  const one = f32x4.splat(1), none = f32x4.splat(0);
  for (let r = 0; r < rows; r++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const from = gates + at, to = dGates + at, left = bytes - at;
      const i = sigmoid(v128.load(from)), f = sigmoid(v128.load(from + bytes));
      const g = tanh(v128.load(from + 2 * bytes)), o = sigmoid(v128.load(from + 3 * bytes));
      const t = tanh(v128.load(next + at));
      const h = dh == 0 ? none : v128.load(dh + at);
      let d = f32x4.mul(f32x4.mul(h, o), f32x4.sub(one, f32x4.mul(t, t)));
      if (dNext != 0) d = f32x4.add(d, v128.load(dNext + at));
      put(to, f32x4.mul(f32x4.mul(d, g), f32x4.mul(i, f32x4.sub(one, i))), left);
      put(to + bytes, f32x4.mul(f32x4.mul(d, v128.load(c + at)), f32x4.mul(f, f32x4.sub(one, f))), left);
      put(to + 2 * bytes, f32x4.mul(f32x4.mul(d, i), f32x4.sub(one, f32x4.mul(g, g))), left);
      put(to + 3 * bytes, f32x4.mul(f32x4.mul(h, t), f32x4.mul(o, f32x4.sub(one, o))), left);
      put(dc + at, f32x4.mul(d, f), left);
    }
    gates += 4 * bytes;
    c += bytes;
    next += bytes;
    if (dh != 0) dh += bytes;
    if (dNext != 0) dNext += bytes;
    dGates += 4 * bytes;
    dc += bytes;
  }
}
