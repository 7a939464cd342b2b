/** Elementwise functions of two tensors of float32 that are computed in float64: two elements at a time. Allocations are multiples of 64 bytes. */
import * as WidePair from "../../src/fast/abi/codes/wide-pair";
import { all } from "../math/generic";

// @ts-ignore: decorator
@inline
function choose(mask: v128, x: v128, z: v128): v128 {
  return v128.bitselect(x, z, mask);
}

/** Returns the remainder of x / z for numbers of float32: with the sign of x, or of z where `floored`. It is exact for quotients below 2²⁹, and beyond them by the loop. */
// @ts-ignore: decorator
@inline
function rest(floored: bool, x: v128, z: v128): v128 {
  const a = f64x2.abs(x), b = f64x2.abs(z), zero = all<f64>(0);
  const q = f64x2.trunc(f64x2.div(a, b));
  let r = f64x2.sub(a, f64x2.mul(q, b));
  if (v128.any_true(f64x2.ge(q, all<f64>(536870912)))) r = restByLoop(a, b);
  // the quotient was rounded up to an integer
  r = choose(f64x2.lt(r, zero), f64x2.add(r, b), r);
  // x is the rest of a division by infinity
  r = choose(v128.and(f64x2.eq(b, all<f64>(Infinity)), f64x2.lt(a, b)), a, r);
  const signed = v128.or(r, v128.and(x, i64x2.splat(i64.MIN_VALUE)));
  if (!floored) return signed;
  const isOther = v128.and(f64x2.ne(signed, zero), i64x2.lt_s(v128.xor(signed, z), i64x2.splat(0)));
  return choose(isOther, f64x2.add(signed, z), signed);
}

function restByLoop(a: v128, b: v128): v128 {
  const first = f64x2.extract_lane(a, 0) % f64x2.extract_lane(b, 0), second = f64x2.extract_lane(a, 1) % f64x2.extract_lane(b, 1);
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

/** Returns ⌊x / z⌋ from the remainder, as rounding x / z could cross an integer; x / z where z is 0. */
// @ts-ignore: decorator
@inline
function floorDivide(x: v128, z: v128): v128 {
  const zero = all<f64>(0), ratio = f64x2.div(x, z);
  const r = rest(false, x, z);
  const isBelow = v128.and(f64x2.ne(r, zero), i64x2.lt_s(v128.xor(r, z), i64x2.splat(0)));
  const q = f64x2.nearest(f64x2.sub(f64x2.div(f64x2.sub(x, r), z), v128.and(isBelow, all<f64>(1))));
  const y = choose(f64x2.eq(q, zero), v128.and(ratio, i64x2.splat(i64.MIN_VALUE)), q);
  return choose(f64x2.eq(z, zero), ratio, y);
}

/** Returns the function of a code at x and z. */
// @ts-ignore: decorator
@inline
function apply(op: i32, x: v128, z: v128): v128 {
  if (op == WidePair.floorDivide) return floorDivide(x, z);
  return rest(op == WidePair.remainder, x, z);
}

/** Returns two elements; `single` says that they are one element, which is repeated. */
// @ts-ignore: decorator
@inline
function two(from: usize, single: bool): v128 {
  return f64x2.promote_low_f32x4(single ? v128.load32_splat(from) : v128.load64_zero(from));
}

// @ts-ignore: decorator
@inline
function map(op: i32, n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  for (let i: usize = 0; i < n << 2; i += 16) {
    const p = aSingle ? a : a + i, q = bSingle ? b : b + i;
    const low = apply(op, two(p, aSingle), two(q, bSingle));
    const high = apply(op, two(aSingle ? p : p + 8, aSingle), two(bSingle ? q : q + 8, bSingle));
    v128.store(c + i, i32x4.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5));
  }
}

/* c = f(a, b) for n elements, of which either operand may be a single one. Each has a function of its own, as V8 compiles the loops of a large function to slower code. */

export function fmodPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map(WidePair.fmod, n, a, aSingle, b, bSingle, c);
}

export function remainderPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map(WidePair.remainder, n, a, aSingle, b, bSingle, c);
}

export function floorDividePair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map(WidePair.floorDivide, n, a, aSingle, b, bSingle, c);
}
