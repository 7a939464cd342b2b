/** One row of one step of an LSTM layer: its gates i, f, g, o, `bytes` bytes each, and their gradients. */
import { fastGate, rationalTanh } from "../math/exponential32";
import { sigmoid as sigmoid64, tanh as tanh64 } from "../math/exponential64";
import { storePair, storeWithin, threadBuffer } from "../simd/lanes";
import { sigmoidSlope, tanhSlope } from "./lstm-gates";

/** Returns σ(x). */
// @ts-ignore: decorator
@inline
function gate<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? sigmoid64(x) : fastGate(x);
}

/** Returns tanh x. */
// @ts-ignore: decorator
@inline
function tanh<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? tanh64(x) : rationalTanh(x);
}

/** Replaces the pre-activations of a row by the gates, and computes c' = f c + i g and h' = o tanh c'. */
// @ts-ignore: decorator
@inline
export function forwardRow<T>(bytes: usize, gates: usize, c: usize, h: usize, next: usize): void {
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    const from = gates + at;
    const i0 = gate<T>(v128.load(from)), i1 = gate<T>(v128.load(from, 16));
    const f0 = gate<T>(v128.load(from + bytes)), f1 = gate<T>(v128.load(from + bytes, 16));
    const g0 = tanh<T>(v128.load(from + 2 * bytes)), g1 = tanh<T>(v128.load(from + 2 * bytes, 16));
    const o0 = gate<T>(v128.load(from + 3 * bytes)), o1 = gate<T>(v128.load(from + 3 * bytes, 16));
    const c0 = v128.add<T>(v128.mul<T>(f0, v128.load(c + at)), v128.mul<T>(i0, g0));
    const c1 = v128.add<T>(v128.mul<T>(f1, v128.load(c + at, 16)), v128.mul<T>(i1, g1));
    const h0 = v128.mul<T>(o0, tanh<T>(c0)), h1 = v128.mul<T>(o1, tanh<T>(c1));
    storePair(from, i0, i1);
    storePair(from + bytes, f0, f1);
    storePair(from + 2 * bytes, g0, g1);
    storePair(from + 3 * bytes, o0, o1);
    storePair(next + at, c0, c1);
    storePair(h + at, h0, h1);
  }
  for (; at < bytes; at += 16) {
    const from = gates + at, left = bytes - at;
    const i = gate<T>(v128.load(from)), f = gate<T>(v128.load(from + bytes));
    const g = tanh<T>(v128.load(from + 2 * bytes)), o = gate<T>(v128.load(from + 3 * bytes));
    const n = v128.add<T>(v128.mul<T>(f, v128.load(c + at)), v128.mul<T>(i, g));
    storeWithin(from, i, left);
    storeWithin(from + bytes, f, left);
    storeWithin(from + 2 * bytes, g, left);
    storeWithin(from + 3 * bytes, o, left);
    storeWithin(next + at, n, left);
    storeWithin(h + at, v128.mul<T>(o, tanh<T>(n)), left);
  }
}

/**
 * Computes the cotangents of a row's pre-activations, and replaces the cotangent of c' by that of c. `dh` and `dc` are cotangents of h' and c' from the next
 * step; `dy` and `dCells` are those from outside of the layer, whose addresses may be 0 for none.
 */
// @ts-ignore: decorator
@inline
export function backwardRow<T>(bytes: usize, gates: usize, c: usize, next: usize, dh: usize, dc: usize, dy: usize, dCells: usize, to: usize): void {
  const yStep: usize = dy == 0 ? 0 : ~0, cellStep: usize = dCells == 0 ? 0 : ~0;
  if (dy == 0) dy = threadBuffer;
  if (dCells == 0) dCells = threadBuffer;
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    const from = gates + at, d = to + at, yAt = dy + (at & yStep), cellAt = dCells + (at & cellStep);
    const i0 = v128.load(from), i1 = v128.load(from, 16);
    const f0 = v128.load(from + bytes), f1 = v128.load(from + bytes, 16);
    const g0 = v128.load(from + 2 * bytes), g1 = v128.load(from + 2 * bytes, 16);
    const o0 = v128.load(from + 3 * bytes), o1 = v128.load(from + 3 * bytes, 16);
    const t0 = tanh<T>(v128.load(next + at)), t1 = tanh<T>(v128.load(next + at, 16));
    const h0 = v128.add<T>(v128.load(dh + at), v128.load(yAt)), h1 = v128.add<T>(v128.load(dh + at, 16), v128.load(yAt, 16));
    const n0 = v128.add<T>(v128.load(dc + at), v128.load(cellAt)), n1 = v128.add<T>(v128.load(dc + at, 16), v128.load(cellAt, 16));
    const c0 = v128.load(c + at), c1 = v128.load(c + at, 16);
    const d0 = v128.add<T>(v128.mul<T>(v128.mul<T>(h0, o0), tanhSlope<T>(t0)), n0);
    const d1 = v128.add<T>(v128.mul<T>(v128.mul<T>(h1, o1), tanhSlope<T>(t1)), n1);
    storePair(d, v128.mul<T>(v128.mul<T>(d0, g0), sigmoidSlope<T>(i0)), v128.mul<T>(v128.mul<T>(d1, g1), sigmoidSlope<T>(i1)));
    storePair(d + bytes, v128.mul<T>(v128.mul<T>(d0, c0), sigmoidSlope<T>(f0)), v128.mul<T>(v128.mul<T>(d1, c1), sigmoidSlope<T>(f1)));
    storePair(d + 2 * bytes, v128.mul<T>(v128.mul<T>(d0, i0), tanhSlope<T>(g0)), v128.mul<T>(v128.mul<T>(d1, i1), tanhSlope<T>(g1)));
    storePair(d + 3 * bytes, v128.mul<T>(v128.mul<T>(h0, t0), sigmoidSlope<T>(o0)), v128.mul<T>(v128.mul<T>(h1, t1), sigmoidSlope<T>(o1)));
    storePair(dc + at, v128.mul<T>(d0, f0), v128.mul<T>(d1, f1));
  }
  for (; at < bytes; at += 16) {
    const from = gates + at, d = to + at, left = bytes - at;
    const i = v128.load(from), f = v128.load(from + bytes), g = v128.load(from + 2 * bytes), o = v128.load(from + 3 * bytes);
    const t = tanh<T>(v128.load(next + at));
    const h = v128.add<T>(v128.load(dh + at), v128.load(dy + (at & yStep)));
    const n = v128.add<T>(v128.load(dc + at), v128.load(dCells + (at & cellStep)));
    const s = v128.add<T>(v128.mul<T>(v128.mul<T>(h, o), tanhSlope<T>(t)), n);
    const df = v128.mul<T>(v128.mul<T>(s, v128.load(c + at)), sigmoidSlope<T>(f));
    storeWithin(d, v128.mul<T>(v128.mul<T>(s, g), sigmoidSlope<T>(i)), left);
    storeWithin(d + bytes, df, left);
    storeWithin(d + 2 * bytes, v128.mul<T>(v128.mul<T>(s, i), tanhSlope<T>(g)), left);
    storeWithin(d + 3 * bytes, v128.mul<T>(v128.mul<T>(h, t), sigmoidSlope<T>(o)), left);
    storeWithin(dc + at, v128.mul<T>(s, f), left);
  }
}
