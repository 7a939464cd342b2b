/**
 * Elementwise functions of one tensor that are computed in float64: two elements at a time, which float32 are widened to and rounded from. Allocations are multiples of 64
 * bytes, so operand and result may be read and written in whole vectors.
 */
import * as Wide from "../../src/fast/abi/codes/wide";
import { all } from "../math/generic";
import { sine } from "../math/trigonometric64";

/** Returns sin(πx) / (πx), 1 at 0, from the distance of x to the nearest even integer. */
// @ts-ignore: decorator
@inline
function sinc(x: v128): v128 {
  const half = f64x2.mul(x, all<f64>(0.5));
  const r = f64x2.mul(f64x2.sub(half, f64x2.nearest(half)), all<f64>(6.283185307179586));
  const y = f64x2.div(sine(r, false), f64x2.mul(x, all<f64>(3.141592653589793)));
  return v128.bitselect(all<f64>(1), y, f64x2.eq(x, all<f64>(0)));
}

/** Returns the function of a code at x, with the number p. */
// @ts-ignore: decorator
@inline
function apply(op: i32, x: v128, p: v128): v128 {
  if (op == Wide.sinc) return sinc(x);
  if (op == Wide.roundDecimals) return f64x2.div(f64x2.nearest(f64x2.mul(x, p)), p);
  return x;
}

// @ts-ignore: decorator
@inline
function map<T>(op: i32, n: usize, a: usize, p: f64, c: usize): void {
  const v = all<f64>(p);
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    const x = v128.load(a + i);
    if (sizeof<T>() == 8) v128.store(c + i, apply(op, x, v));
    else {
      const low = apply(op, f64x2.promote_low_f32x4(x), v), high = apply(op, f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 2, 3)), v);
      v128.store(c + i, i32x4.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5));
    }
  }
}

/* c = f(a) for n elements. Each has a function of its own, as V8 compiles the loops of a large function to slower code. */

export function sincWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.sinc, n, a, p, c);
}

export function roundDecimalsWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.roundDecimals, n, a, p, c);
}

export function sincWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.sinc, n, a, p, c);
}
