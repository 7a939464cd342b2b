/** Logic of bools, bytes of 0 and 1, and of tests of floats; and arithmetic of integers. Operands and results begin at the start of an allocation. */
import * as Binary from "../../src/fast/abi/codes/binary";
import * as Logic from "../../src/fast/abi/codes/logic";

// @ts-ignore: decorator
@inline
function connect(op: i32, n: usize, a: usize, b: usize, c: usize): void {
  const one = i8x16.splat(1);
  for (let i: usize = 0; i < n; i += 16) {
    const x = v128.load(a + i);
    if (op == Logic.logicalNot) v128.store(c + i, v128.xor(x, one));
    else if (op == Logic.logicalAnd) v128.store(c + i, v128.and(x, v128.load(b + i)));
    else v128.store(c + i, v128.or(x, v128.load(b + i)));
  }
}

/** Computes c = a op b for n bools; op is a code of `logic`, and negation reads no b. */
export function connectBools(op: i32, n: usize, a: usize, b: usize, c: usize): void {
  if (op == Logic.logicalNot) connect(Logic.logicalNot, n, a, b, c);
  else if (op == Logic.logicalAnd) connect(Logic.logicalAnd, n, a, b, c);
  else connect(Logic.logicalOr, n, a, b, c);
}

// @ts-ignore: decorator
@inline
function finite<T>(p: usize, most: v128): v128 {
  const first = v128.lt<T>(v128.abs<T>(v128.load(p)), most);
  if (sizeof<T>() == 4) return first;
  return i32x4.shuffle(first, v128.lt<T>(v128.abs<T>(v128.load(p, 16)), most), 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function finites<T>(n: usize, a: usize, c: usize): void {
  const most = v128.splat<T>(Infinity as T), ones = i8x16.splat(1);
  const step = 4 * sizeof<T>();
  for (let i: usize = 0; i < n; i += 16) {
    const p = a + i * sizeof<T>();
    const low = i16x8.narrow_i32x4_s(finite<T>(p, most), finite<T>(p + step, most));
    const high = i16x8.narrow_i32x4_s(finite<T>(p + 2 * step, most), finite<T>(p + 3 * step, most));
    v128.store(c + i, v128.and(i8x16.narrow_i16x8_s(low, high), ones));
  }
}

/** Stores for each of n float32 whether it is finite. */
export function isFinite32(n: usize, a: usize, c: usize): void {
  finites<f32>(n, a, c);
}

/** Stores for each of n float64 whether it is finite. */
export function isFinite64(n: usize, a: usize, c: usize): void {
  finites<f64>(n, a, c);
}

// @ts-ignore: decorator
@inline
function combine(op: i32, x: v128, z: v128): v128 {
  if (op == Binary.add) return i32x4.add(x, z);
  if (op == Binary.sub) return i32x4.sub(x, z);
  if (op == Binary.mul) return i32x4.mul(x, z);
  return op == Binary.maximum ? i32x4.max_s(x, z) : i32x4.min_s(x, z);
}

// @ts-ignore: decorator
@inline
function arithmetic(op: i32, n: usize, a: usize, isSingleA: bool, b: usize, isSingleB: bool, c: usize): void {
  const va = v128.load32_splat(a), vb = v128.load32_splat(b);
  for (let i: usize = 0; i < n << 2; i += 16) v128.store(c + i, combine(op, isSingleA ? va : v128.load(a + i), isSingleB ? vb : v128.load(b + i)));
}

/** Computes c = a op b for n int32, of which either may be a single one; op is a code of `binary`, but not that of a quotient. Overflow wraps around. */
export function integers(op: i32, n: usize, a: usize, isSingleA: bool, b: usize, isSingleB: bool, c: usize): void {
  if (op == Binary.add) arithmetic(Binary.add, n, a, isSingleA, b, isSingleB, c);
  else if (op == Binary.sub) arithmetic(Binary.sub, n, a, isSingleA, b, isSingleB, c);
  else if (op == Binary.mul) arithmetic(Binary.mul, n, a, isSingleA, b, isSingleB, c);
  else if (op == Binary.maximum) arithmetic(Binary.maximum, n, a, isSingleA, b, isSingleB, c);
  else arithmetic(Binary.minimum, n, a, isSingleA, b, isSingleB, c);
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
