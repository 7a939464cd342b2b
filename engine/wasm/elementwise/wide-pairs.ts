/** Elementwise functions of two tensors of float32 that are computed in float64: two elements at a time. Allocations are multiples of 64 bytes. */
import * as WidePair from "../../src/fast/abi/codes/wide-pair";
import { exp, log } from "../math/exponential64";
import { all } from "../math/generic";
import { madd } from "../simd/lanes";

// @ts-ignore: decorator
@inline
function choose(mask: v128, x: v128, z: v128): v128 {
  return v128.bitselect(x, z, mask);
}

/** log₂(1 + f) = s (c₀ + c₁ s² + …) for s = f / (f + 2), the highest power first: c_k = 2 / ((2k + 1) ln 2). */
const L: usize = memory.data<f64>([
  0.19235933878519512, 0.22195308321368667, 0.26230818925253877, 0.32059889797532517, 0.4121985831111324, 0.5770780163555854, 0.9617966939259756, 2.8853900817779268,
], 16);
/** (ln 2)^k / k!, the highest power first. */
const E: usize = memory.data<f64>([
  1.0178086009239699e-7, 1.3215486790144309e-6, 1.525273380405984e-5, 1.5403530393381609e-4, 1.3333558146428443e-3, 9.618129107628477e-3, 5.5504108664821576e-2,
  0.2402265069591007, 0.6931471805599453, 1,
], 16);

// @ts-ignore: decorator
@inline
function coefficient(table: usize, i: usize): v128 {
  return v128.load64_splat(table + (i << 3));
}

/** Returns 2^(z log₂ x) to within 2⁻³² of it, for normal numbers x > 0 of float32 and exponents z of at most 7 in magnitude. */
// @ts-ignore: decorator
@inline
function nearPow(x: v128, z: v128): v128 {
  // x = 2^n (1 + f) with √½ ≤ 1 + f < √2
  const bits = i64x2.sub(x, i64x2.splat(0x3fe6a09e667f3bcd));
  const m = i64x2.add(v128.and(bits, i64x2.splat(0xfffffffffffff)), i64x2.splat(0x3fe6a09e667f3bcd));
  const n = f64x2.sub(v128.or(i64x2.shr_u(i64x2.add(bits, i64x2.splat(0x4000000000000000)), 52), i64x2.splat(0x4330000000000000)), all<f64>(4503599627371520));
  const f = f64x2.sub(m, all<f64>(1));
  const s = f64x2.div(f, f64x2.add(f, all<f64>(2)));
  const w = f64x2.mul(s, s);
  let p = madd<f64>(w, coefficient(L, 0), coefficient(L, 1));
  p = madd<f64>(p, w, coefficient(L, 2));
  p = madd<f64>(p, w, coefficient(L, 3));
  p = madd<f64>(p, w, coefficient(L, 4));
  p = madd<f64>(p, w, coefficient(L, 5));
  p = madd<f64>(p, w, coefficient(L, 6));
  p = madd<f64>(p, w, coefficient(L, 7));
  const exponent = f64x2.mul(z, madd<f64>(s, p, n));
  const shifted = f64x2.add(exponent, all<f64>(6755399441055744));
  const r = f64x2.sub(exponent, f64x2.sub(shifted, all<f64>(6755399441055744)));
  let q = madd<f64>(r, coefficient(E, 0), coefficient(E, 1));
  q = madd<f64>(q, r, coefficient(E, 2));
  q = madd<f64>(q, r, coefficient(E, 3));
  q = madd<f64>(q, r, coefficient(E, 4));
  q = madd<f64>(q, r, coefficient(E, 5));
  q = madd<f64>(q, r, coefficient(E, 6));
  q = madd<f64>(q, r, coefficient(E, 7));
  q = madd<f64>(q, r, coefficient(E, 8));
  q = madd<f64>(q, r, coefficient(E, 9));
  return i64x2.add(q, i64x2.shl(shifted, 52));
}

/** Whether x is positive and normal in float32, and the exponent moderate, so that `nearPow` serves. */
// @ts-ignore: decorator
@inline
function isNearPow(x: v128, z: v128): bool {
  const isUsual = v128.and(f64x2.gt(x, all<f64>(1e-38)), f64x2.lt(x, all<f64>(1e38)));
  return i64x2.all_true(v128.and(isUsual, f64x2.le(f64x2.abs(z), all<f64>(7))));
}

/** Returns x^z as C's `pow` does, for numbers of float32: e^(z ln |x|), with the sign of x where z is odd, and NaN for x < 0 where z is no integer. */
// @ts-ignore: decorator
@inline
function pow(x: v128, z: v128): v128 {
  if (isNearPow(x, z)) return nearPow(x, z);
  return anyPow(x, z);
}

function anyPow(x: v128, z: v128): v128 {
  const one = all<f64>(1), zero = all<f64>(0);
  const a = f64x2.abs(x);
  const y = exp(f64x2.mul(z, log(a)));
  const isInteger = f64x2.eq(z, f64x2.nearest(z));
  const half = f64x2.mul(z, all<f64>(0.5));
  const isOdd = v128.andnot(isInteger, f64x2.eq(half, f64x2.nearest(half)));
  const sign = v128.and(v128.and(x, i64x2.splat(i64.MIN_VALUE)), isOdd);
  const isNegative = v128.and(f64x2.lt(x, zero), f64x2.gt(x, all<f64>(-Infinity)));
  const signed = choose(v128.andnot(isNegative, isInteger), all<f64>(NaN), v128.or(y, sign));
  const isOne = v128.or(v128.or(f64x2.eq(x, one), f64x2.eq(z, zero)), v128.and(f64x2.eq(a, one), f64x2.eq(f64x2.abs(z), all<f64>(Infinity))));
  return choose(isOne, one, signed);
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
  if (op == WidePair.pow) return pow(x, z);
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

export function powPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map(WidePair.pow, n, a, aSingle, b, bSingle, c);
}

export function fmodPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map(WidePair.fmod, n, a, aSingle, b, bSingle, c);
}

export function remainderPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map(WidePair.remainder, n, a, aSingle, b, bSingle, c);
}

export function floorDividePair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map(WidePair.floorDivide, n, a, aSingle, b, bSingle, c);
}
