/** Arithmetic of two tensors of integers, which wraps around. Operands and results begin at the start of an allocation. */
import * as Integer from "../../src/fast/abi/codes/integer";

/** Returns the element at an address in all lanes. */
// @ts-ignore: decorator
@inline
function splat<T>(from: usize): v128 {
  return v128.splat<T>(load<T>(from));
}

/** Whether vectors have the function: there is no product of bytes, no comparison of 64 bits, and no shift by lanes. */
// @ts-ignore: decorator
@inline
function hasVectors<T>(op: i32): bool {
  if (op == Integer.mul) return sizeof<T>() > 1;
  if (op == Integer.maximum || op == Integer.minimum) return sizeof<T>() < 8;
  return op < Integer.bitwiseLeftShift;
}

/** Returns 0, z or 1 for negative x, 0, and positive x. */
// @ts-ignore: decorator
@inline
function heaviside<T>(x: v128, z: v128): v128 {
  const zero = v128.splat<T>(0);
  if (isSigned<T>()) return v128.bitselect(z, v128.and(v128.gt<T>(x, zero), v128.splat<T>(1)), v128.eq<T>(x, zero));
  return v128.bitselect(z, v128.splat<T>(1), v128.eq<T>(x, zero));
}

// @ts-ignore: decorator
@inline
function combine<T>(op: i32, x: v128, z: v128): v128 {
  if (op == Integer.add) return v128.add<T>(x, z);
  if (op == Integer.sub) return v128.sub<T>(x, z);
  if (op == Integer.mul) return sizeof<T>() == 1 ? x : v128.mul<T>(x, z);
  if (op == Integer.maximum) return sizeof<T>() == 8 ? x : v128.max<T>(x, z);
  if (op == Integer.minimum) return sizeof<T>() == 8 ? x : v128.min<T>(x, z);
  if (op == Integer.bitwiseAnd) return v128.and(x, z);
  if (op == Integer.bitwiseOr) return v128.or(x, z);
  if (op == Integer.heaviside) return heaviside<T>(x, z);
  return v128.xor(x, z);
}

/** Returns the function of two elements that vectors do not have. A shift by a negative number, or by all bits, shifts everything out; up to 32 bits count as 32. */
// @ts-ignore: decorator
@inline
function combineOne<T>(op: i32, x: T, z: T): T {
  const bits: i64 = sizeof<T>() == 8 ? 63 : 31;
  const isFar = <i64>z < 0 || <i64>z > bits;
  if (op == Integer.mul) return (x * z) as T;
  if (op == Integer.maximum) return max<T>(x, z);
  if (op == Integer.minimum) return min<T>(x, z);
  if (op == Integer.bitwiseLeftShift) return isFar ? <T>0 : <T>(<i64>x << <i64>z);
  return <T>(<i64>x >> (isFar ? bits : <i64>z));
}

/** Returns a shift of an int32, in 32 bits, which one in 64 bits takes longer than. */
// @ts-ignore: decorator
@inline
function shifted(isLeft: bool, x: i32, z: u32): i32 {
  return isLeft ? select<i32>(x << z, 0, z < 32) : x >> select<u32>(z, 31, z < 32);
}

/** Computes shifts of n int32, each by a number of its own. */
// @ts-ignore: decorator
@inline
function shiftEach(isLeft: bool, n: usize, a: usize, b: usize, c: usize): void {
  for (let i: usize = 0; i < n << 2; i += 16) {
    const first = shifted(isLeft, load<i32>(a + i), load<u32>(b + i)), second = shifted(isLeft, load<i32>(a + i, 4), load<u32>(b + i, 4));
    const third = shifted(isLeft, load<i32>(a + i, 8), load<u32>(b + i, 8)), fourth = shifted(isLeft, load<i32>(a + i, 12), load<u32>(b + i, 12));
    store<i32>(c + i, first);
    store<i32>(c + i, second, 4);
    store<i32>(c + i, third, 8);
    store<i32>(c + i, fourth, 12);
  }
}

/** Computes shifts of n int32 by one number. */
// @ts-ignore: decorator
@inline
function shiftAll(isLeft: bool, n: usize, a: usize, z: u32, c: usize): void {
  const by = <i32>min<u32>(z, isLeft ? 32 : 31);
  if (by == 32) memory.fill(c, 0, n << 2);
  else
    for (let i: usize = 0; i < n << 2; i += 16) {
      const x = v128.load(a + i);
      v128.store(c + i, isLeft ? i32x4.shl(x, by) : i32x4.shr_s(x, by));
    }
}

/** Computes shifts of int32, of which either operand may be a single one. */
// @ts-ignore: decorator
@inline
function shiftInt32(isLeft: bool, n: usize, a: usize, isSingleA: bool, b: usize, isSingleB: bool, c: usize): void {
  if (isSingleB && !isSingleA) shiftAll(isLeft, n, a, load<u32>(b), c);
  else if (!isSingleA) shiftEach(isLeft, n, a, b, c);
  else for (let i: usize = 0; i < n << 2; i += 4) store<i32>(c + i, shifted(isLeft, load<i32>(a), load<u32>(isSingleB ? b : b + i)));
}

/** Computes shifts of int32 to the left. Each direction has a function of its own, as V8 compiles the loops of a large function to slower code. */
function shiftLeft(n: usize, a: usize, isSingleA: bool, b: usize, isSingleB: bool, c: usize): void {
  shiftInt32(true, n, a, isSingleA, b, isSingleB, c);
}

/** Computes shifts of int32 to the right. */
function shiftRight(n: usize, a: usize, isSingleA: bool, b: usize, isSingleB: bool, c: usize): void {
  shiftInt32(false, n, a, isSingleA, b, isSingleB, c);
}

// @ts-ignore: decorator
@inline
function run<T>(op: i32, n: usize, a: usize, isSingleA: bool, b: usize, isSingleB: bool, c: usize): void {
  if (hasVectors<T>(op)) {
    const va = splat<T>(a), vb = splat<T>(b);
    for (let i: usize = 0; i < n * sizeof<T>(); i += 16) v128.store(c + i, combine<T>(op, isSingleA ? va : v128.load(a + i), isSingleB ? vb : v128.load(b + i)));
  } else
    for (let i: usize = 0; i < n * sizeof<T>(); i += sizeof<T>())
      store<T>(c + i, combineOne<T>(op, load<T>(isSingleA ? a : a + i), load<T>(isSingleB ? b : b + i)));
}

// @ts-ignore: decorator
@inline
function choose<T>(op: i32, n: usize, a: usize, isSingleA: bool, b: usize, isSingleB: bool, c: usize): void {
  if (sizeof<T>() == 4 && op >= Integer.bitwiseLeftShift) {
    if (op == Integer.bitwiseLeftShift) shiftLeft(n, a, isSingleA, b, isSingleB, c);
    else shiftRight(n, a, isSingleA, b, isSingleB, c);
    return;
  }
  switch (op) {
    case Integer.add: run<T>(Integer.add, n, a, isSingleA, b, isSingleB, c); break;
    case Integer.sub: run<T>(Integer.sub, n, a, isSingleA, b, isSingleB, c); break;
    case Integer.mul: run<T>(Integer.mul, n, a, isSingleA, b, isSingleB, c); break;
    case Integer.maximum: run<T>(Integer.maximum, n, a, isSingleA, b, isSingleB, c); break;
    case Integer.minimum: run<T>(Integer.minimum, n, a, isSingleA, b, isSingleB, c); break;
    case Integer.bitwiseAnd: run<T>(Integer.bitwiseAnd, n, a, isSingleA, b, isSingleB, c); break;
    case Integer.bitwiseOr: run<T>(Integer.bitwiseOr, n, a, isSingleA, b, isSingleB, c); break;
    case Integer.bitwiseXor: run<T>(Integer.bitwiseXor, n, a, isSingleA, b, isSingleB, c); break;
    case Integer.heaviside: run<T>(Integer.heaviside, n, a, isSingleA, b, isSingleB, c); break;
    case Integer.bitwiseLeftShift: run<T>(Integer.bitwiseLeftShift, n, a, isSingleA, b, isSingleB, c); break;
    case Integer.bitwiseRightShift: run<T>(Integer.bitwiseRightShift, n, a, isSingleA, b, isSingleB, c); break;
  }
}

/* c = a op b for n elements, of which either operand may be a single one; op is a code of `integer`. */

export function arithmeticUint8(op: i32, n: usize, a: usize, isSingleA: bool, b: usize, isSingleB: bool, c: usize): void {
  choose<u8>(op, n, a, isSingleA, b, isSingleB, c);
}

export function arithmeticInt8(op: i32, n: usize, a: usize, isSingleA: bool, b: usize, isSingleB: bool, c: usize): void {
  choose<i8>(op, n, a, isSingleA, b, isSingleB, c);
}

export function arithmeticInt16(op: i32, n: usize, a: usize, isSingleA: bool, b: usize, isSingleB: bool, c: usize): void {
  choose<i16>(op, n, a, isSingleA, b, isSingleB, c);
}

export function arithmeticInt32(op: i32, n: usize, a: usize, isSingleA: bool, b: usize, isSingleB: bool, c: usize): void {
  choose<i32>(op, n, a, isSingleA, b, isSingleB, c);
}

export function arithmeticInt64(op: i32, n: usize, a: usize, isSingleA: bool, b: usize, isSingleB: bool, c: usize): void {
  choose<i64>(op, n, a, isSingleA, b, isSingleB, c);
}
