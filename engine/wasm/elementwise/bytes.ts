/** Logic of bools, bytes of 0 and 1, and tests of floats. Operands and results begin at the start of an allocation. */
import * as Logic from "../../src/fast/abi/codes/logic";

// @ts-ignore: decorator
@inline
function connect(op: i32, n: usize, a: usize, b: usize, c: usize): void {
  const one = i8x16.splat(1);
  for (let i: usize = 0; i < n; i += 16) {
    const x = v128.load(a + i);
    if (op == Logic.logicalNot) v128.store(c + i, v128.xor(x, one));
    else if (op == Logic.logicalAnd) v128.store(c + i, v128.and(x, v128.load(b + i)));
    else if (op == Logic.logicalOr) v128.store(c + i, v128.or(x, v128.load(b + i)));
    else v128.store(c + i, v128.xor(x, v128.load(b + i)));
  }
}

/** Computes c = a op b for n bools; op is a code of `logic`, and negation reads no b. */
export function connectBools(op: i32, n: usize, a: usize, b: usize, c: usize): void {
  if (op == Logic.logicalNot) connect(Logic.logicalNot, n, a, b, c);
  else if (op == Logic.logicalAnd) connect(Logic.logicalAnd, n, a, b, c);
  else if (op == Logic.logicalOr) connect(Logic.logicalOr, n, a, b, c);
  else connect(Logic.logicalXor, n, a, b, c);
}

/** Returns the masks of four elements: whether they are finite, or infinite. */
// @ts-ignore: decorator
@inline
function test<T>(isFinite: bool, p: usize, most: v128): v128 {
  const x = v128.abs<T>(v128.load(p));
  const first = isFinite ? v128.lt<T>(x, most) : v128.eq<T>(x, most);
  if (sizeof<T>() == 4) return first;
  const z = v128.abs<T>(v128.load(p, 16));
  return i32x4.shuffle(first, isFinite ? v128.lt<T>(z, most) : v128.eq<T>(z, most), 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function tests<T>(isFinite: bool, n: usize, a: usize, c: usize): void {
  const most = v128.splat<T>(Infinity as T), ones = i8x16.splat(1);
  const step = 4 * sizeof<T>();
  for (let i: usize = 0; i < n; i += 16) {
    const p = a + i * sizeof<T>();
    const low = i16x8.narrow_i32x4_s(test<T>(isFinite, p, most), test<T>(isFinite, p + step, most));
    const high = i16x8.narrow_i32x4_s(test<T>(isFinite, p + 2 * step, most), test<T>(isFinite, p + 3 * step, most));
    v128.store(c + i, v128.and(i8x16.narrow_i16x8_s(low, high), ones));
  }
}

/** Stores for each of n float32 whether it is finite. */
export function isFinite32(n: usize, a: usize, c: usize): void {
  tests<f32>(true, n, a, c);
}

/** Stores for each of n float64 whether it is finite. */
export function isFinite64(n: usize, a: usize, c: usize): void {
  tests<f64>(true, n, a, c);
}

/** Stores for each of n float32 whether it is infinite. */
export function isInfinite32(n: usize, a: usize, c: usize): void {
  tests<f32>(false, n, a, c);
}

/** Stores for each of n float64 whether it is infinite. */
export function isInfinite64(n: usize, a: usize, c: usize): void {
  tests<f64>(false, n, a, c);
}

/** Counts the bytes of 1 among n. */
function countRow(n: usize, a: usize): i32 {
  let total = i32x4.splat(0);
  let i: usize = 0;
  for (; i + 16 <= n; i += 16) total = i32x4.add(total, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(v128.load(a + i))));
  let count = i32x4.extract_lane(total, 0) + i32x4.extract_lane(total, 1) + i32x4.extract_lane(total, 2) + i32x4.extract_lane(total, 3);
  for (; i < n; i++) count += <i32>load<u8>(a + i);
  return count;
}

/** Computes c [outer, inner] = the number of bytes of 1 over n of a [outer, n, inner], as int32. */
export function countBools(outer: i32, n: i32, inner: usize, a: usize, c: usize): void {
  for (let o = 0; o < outer; o++) {
    if (inner == 1) store<i32>(c, countRow(n, a));
    else {
      memory.fill(c, 0, inner << 2);
      for (let k = 0; k < n; k++)
        for (let i: usize = 0; i < inner; i++) {
          const to = c + (i << 2);
          store<i32>(to, load<i32>(to) + <i32>load<u8>(a + <usize>k * inner + i));
        }
    }
    a += <usize>n * inner;
    c += inner << 2;
  }
}

/** Stores the positions of the bytes that are not 0 among n, as int32, and returns their number. */
export function nonzeroBytes(n: i32, a: usize, to: usize): i32 {
  const start = to;
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    let bits = i8x16.bitmask(i8x16.ne(v128.load(a + i), i8x16.splat(0)));
    for (; bits != 0; bits &= bits - 1) {
      store<i32>(to, i + ctz(bits));
      to += 4;
    }
  }
  for (; i < n; i++)
    if (load<u8>(a + i) != 0) {
      store<i32>(to, i);
      to += 4;
    }
  return <i32>((to - start) >> 2);
}
