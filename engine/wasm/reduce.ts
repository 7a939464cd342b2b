/**
 * Reductions of [outer, n, inner] over n. At most 16 elements are added one after the other in float32, and at most 16 such sums; what they give is
 * added in float64. So the rounding error does not grow with the length.
 */
import { addPair, madd, own, storeLeft, storePair, sumLanes } from "./lanes";

const block: usize = 4096;

/** Σ x, or Σ x z where z is not x's place, over n elements side by side. */
// @ts-ignore: decorator
@inline
function total<T>(a: usize, z: usize, n: usize, products: bool): f64 {
  const size = sizeof<T>();
  const atOnce: usize = 128 / size;
  let sum: f64 = 0;
  for (let from: usize = 0; from < n; from += block) {
    const count = min(block, n - from);
    let p = a + from * size, q = z + from * size;
    const end = p + count * size;
    if (count >= atOnce) {
      let even = v128.splat<T>(0 as T), odd = even;
      while (p + 128 <= end) {
        let s0 = v128.splat<T>(0 as T), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (const last = min(p + 16 * 128, end); p + 128 <= last; p += 128, q += 128) {
          if (products) {
            s0 = madd<T>(v128.load(p), v128.load(q), s0);
            s1 = madd<T>(v128.load(p, 16), v128.load(q, 16), s1);
            s2 = madd<T>(v128.load(p, 32), v128.load(q, 32), s2);
            s3 = madd<T>(v128.load(p, 48), v128.load(q, 48), s3);
            s4 = madd<T>(v128.load(p, 64), v128.load(q, 64), s4);
            s5 = madd<T>(v128.load(p, 80), v128.load(q, 80), s5);
            s6 = madd<T>(v128.load(p, 96), v128.load(q, 96), s6);
            s7 = madd<T>(v128.load(p, 112), v128.load(q, 112), s7);
          } else {
            s0 = v128.add<T>(s0, v128.load(p));
            s1 = v128.add<T>(s1, v128.load(p, 16));
            s2 = v128.add<T>(s2, v128.load(p, 32));
            s3 = v128.add<T>(s3, v128.load(p, 48));
            s4 = v128.add<T>(s4, v128.load(p, 64));
            s5 = v128.add<T>(s5, v128.load(p, 80));
            s6 = v128.add<T>(s6, v128.load(p, 96));
            s7 = v128.add<T>(s7, v128.load(p, 112));
          }
        }
        even = v128.add<T>(even, v128.add<T>(v128.add<T>(s0, s2), v128.add<T>(s4, s6)));
        odd = v128.add<T>(odd, v128.add<T>(v128.add<T>(s1, s3), v128.add<T>(s5, s7)));
      }
      sum += <f64>sumLanes<T>(addPair<T>(even, odd));
    }
    let s = v128.splat<T>(0 as T);
    for (; p + 16 <= end; p += 16, q += 16) s = products ? madd<T>(v128.load(p), v128.load(q), s) : v128.add<T>(s, v128.load(p));
    sum += <f64>sumLanes<T>(s);
    for (; p < end; p += size, q += size) sum += products ? <f64>load<T>(p) * <f64>load<T>(q) : <f64>load<T>(p);
  }
  return sum;
}

export function sumOf<T>(a: usize, n: usize): f64 {
  return total<T>(a, a, n, false);
}

export function dotOf<T>(a: usize, b: usize, n: usize): f64 {
  return total<T>(a, b, n, true);
}

/** c = scale Σ a b over n elements side by side. */
export function dot32(n: usize, a: usize, b: usize, scale: f64, c: usize): void {
  store<f32>(c, <f32>(dotOf<f32>(a, b, n) * scale));
}
export function dot64(n: usize, a: usize, b: usize, scale: f64, c: usize): void {
  store<f64>(c, dotOf<f64>(a, b, n) * scale);
}

const rowsAtOnce: i32 = 16;
const blocksAtOnce: i32 = 16;

/** Adds 64 bytes of elements to as many sums in float64, or begins these. */
// @ts-ignore: decorator
@inline
function addWide<T>(from: usize, sums: usize, begins: bool): void {
  for (let i: usize = 0; i < 64; i += 16) {
    const v = v128.load(from + i);
    if (sizeof<T>() == 8) v128.store(sums + i, begins ? v : f64x2.add(v128.load(sums + i), v));
    else {
      const p = sums + 2 * i;
      const low = f64x2.promote_low_f32x4(v), high = f64x2.promote_low_f32x4(i32x4.shuffle(v, v, 2, 3, 2, 3));
      v128.store(p, begins ? low : f64x2.add(v128.load(p), low));
      v128.store(p, begins ? high : f64x2.add(v128.load(p, 16), high), 16);
    }
  }
}

/** The i-th vector of elements from sums in float64, times a factor. */
// @ts-ignore: decorator
@inline
function narrow<T>(sums: usize, i: usize, scale: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.mul(v128.load(sums + 16 * i), scale);
  const low = f32x4.demote_f64x2_zero(f64x2.mul(v128.load(sums + 32 * i), scale));
  const high = f32x4.demote_f64x2_zero(f64x2.mul(v128.load(sums + 32 * i, 16), scale));
  return i32x4.shuffle(low, high, 0, 1, 4, 5);
}

/** c [inner] = scale Σ of n rows, 64 bytes of each at a time. */
function sumColumns<T>(a: usize, n: i32, inner: usize, scale: f64, c: usize): void {
  const step = inner * sizeof<T>();
  const sums = own + 64;
  const v = f64x2.splat(scale);
  for (let i: usize = 0; i < step; i += 64) {
    let p = a + i;
    for (let from = 0; from < n; ) {
      const begins = from == 0;
      let t0 = v128.splat<T>(0 as T), t1 = t0, t2 = t0, t3 = t0;
      for (const last = min(from + blocksAtOnce * rowsAtOnce, n); from < last; ) {
        let s0 = v128.splat<T>(0 as T), s1 = s0, s2 = s0, s3 = s0;
        for (const to = min(from + rowsAtOnce, last); from < to; from++, p += step) {
          s0 = v128.add<T>(s0, v128.load(p));
          s1 = v128.add<T>(s1, v128.load(p, 16));
          s2 = v128.add<T>(s2, v128.load(p, 32));
          s3 = v128.add<T>(s3, v128.load(p, 48));
        }
        t0 = v128.add<T>(t0, s0);
        t1 = v128.add<T>(t1, s1);
        t2 = v128.add<T>(t2, s2);
        t3 = v128.add<T>(t3, s3);
      }
      storePair(own, t0, t1);
      storePair(own + 32, t2, t3);
      addWide<T>(own, sums, begins);
    }
    const to = c + i;
    const left = step - i;
    storeLeft(to, narrow<T>(sums, 0, v), left);
    if (left > 16) storeLeft(to + 16, narrow<T>(sums, 1, v), left - 16);
    if (left > 32) storeLeft(to + 32, narrow<T>(sums, 2, v), left - 32);
    if (left > 48) storeLeft(to + 48, narrow<T>(sums, 3, v), left - 48);
  }
}

// @ts-ignore: decorator
@inline
function sums<T>(outer: i32, n: i32, inner: usize, a: usize, scale: f64, c: usize): void {
  for (let o = 0; o < outer; o++) {
    if (inner == 1) store<T>(c, <T>(total<T>(a, a, <usize>n, false) * scale));
    else sumColumns<T>(a, n, inner, scale, c);
    c += inner * sizeof<T>();
    a += <usize>n * inner * sizeof<T>();
  }
}

/** c [outer, inner] = scale Σ over n. */
export function sum32(outer: i32, n: i32, inner: usize, a: usize, scale: f64, c: usize): void {
  sums<f32>(outer, n, inner, a, scale, c);
}
export function sum64(outer: i32, n: i32, inner: usize, a: usize, scale: f64, c: usize): void {
  sums<f64>(outer, n, inner, a, scale, c);
}

// @ts-ignore: decorator
@inline
function further<T>(smallest: bool, x: v128, z: v128): v128 {
  return smallest ? v128.min<T>(x, z) : v128.max<T>(x, z);
}

// @ts-ignore: decorator
@inline
function extremeColumns<T>(smallest: bool, n: usize, inner: usize, a: usize, c: usize): void {
  const step = inner * sizeof<T>();
  for (let i: usize = 0; i < step; i += 32) {
    let p = a + i;
    let v0 = v128.load(p), v1 = v128.load(p, 16);
    for (let r: usize = 1; r < n; r++) {
      p += step;
      v0 = further<T>(smallest, v0, v128.load(p));
      v1 = further<T>(smallest, v1, v128.load(p, 16));
    }
    const left = step - i;
    if (left >= 32) storePair(c + i, v0, v1);
    else {
      storeLeft(c + i, v0, left);
      if (left > 16) storeLeft(c + i + 16, v1, left - 16);
    }
  }
}

/** The larger of a vector's lanes and a number; NaN wins. */
// @ts-ignore: decorator
@inline
function topLane<T>(v: v128, z: T): T {
  let most = max<T>(max<T>(v128.extract_lane<T>(v, 0), v128.extract_lane<T>(v, 1)), z);
  if (sizeof<T>() == 4) most = max<T>(max<T>(v128.extract_lane<T>(v, 2), v128.extract_lane<T>(v, 3)), most);
  return most;
}

/** max of x, or of -x; NaN wins. */
// @ts-ignore: decorator
@inline
function peak<T>(a: usize, n: usize, negated: bool): T {
  let p = a;
  const end = a + n * sizeof<T>();
  let top = -Infinity as T;
  if (p + 64 <= end) {
    let v0 = v128.splat<T>(top), v1 = v0, v2 = v0, v3 = v0;
    for (; p + 64 <= end; p += 64) {
      v0 = v128.max<T>(v0, signed<T>(v128.load(p), negated));
      v1 = v128.max<T>(v1, signed<T>(v128.load(p, 16), negated));
      v2 = v128.max<T>(v2, signed<T>(v128.load(p, 32), negated));
      v3 = v128.max<T>(v3, signed<T>(v128.load(p, 48), negated));
    }
    top = topLane<T>(v128.max<T>(v128.max<T>(v0, v1), v128.max<T>(v2, v3)), top);
  }
  for (; p < end; p += sizeof<T>()) {
    const x = load<T>(p);
    top = max<T>(top, (negated ? -x : x) as T);
  }
  return top;
}

// @ts-ignore: decorator
@inline
function signed<T>(x: v128, negated: bool): v128 {
  return negated ? v128.neg<T>(x) : x;
}

// @ts-ignore: decorator
@inline
function extremes<T>(smallest: bool, outer: i32, n: usize, inner: usize, a: usize, c: usize): void {
  for (let o = 0; o < outer; o++) {
    if (inner > 1) smallest ? extremeColumns<T>(true, n, inner, a, c) : extremeColumns<T>(false, n, inner, a, c);
    else store<T>(c, (smallest ? -peak<T>(a, n, true) : peak<T>(a, n, false)) as T);
    a += n * inner * sizeof<T>();
    c += inner * sizeof<T>();
  }
}

/** c [outer, inner] = the largest, or smallest, over n, which is at least 1; NaN wins. */
export function extreme32(smallest: bool, outer: i32, n: usize, inner: usize, a: usize, c: usize): void {
  extremes<f32>(smallest, outer, n, inner, a, c);
}
export function extreme64(smallest: bool, outer: i32, n: usize, inner: usize, a: usize, c: usize): void {
  extremes<f64>(smallest, outer, n, inner, a, c);
}

/** The largest number of a row of so many bytes, past any NaN. */
export function topOf<T>(a: usize, bytes: usize): T {
  let v0 = v128.splat<T>(-Infinity as T), v1 = v0, v2 = v0, v3 = v0;
  let p = a;
  const end = a + bytes;
  for (; p + 64 <= end; p += 64) {
    v0 = v128.pmax<T>(v0, v128.load(p));
    v1 = v128.pmax<T>(v1, v128.load(p, 16));
    v2 = v128.pmax<T>(v2, v128.load(p, 32));
    v3 = v128.pmax<T>(v3, v128.load(p, 48));
  }
  storePair(own, v128.pmax<T>(v0, v2), v128.pmax<T>(v1, v3));
  let most = topLane<T>(v128.pmax<T>(v128.load(own), v128.load(own, 16)), -Infinity as T);
  for (; p < end; p += sizeof<T>()) {
    const x = load<T>(p);
    if (x > most) most = x;
  }
  return most;
}

/** 0 where all n elements are finite, else NaN: x - x is 0 for what is finite. */
export function finite32(n: usize, a: usize, c: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  let p = a;
  const end = a + ((n & ~15) << 2);
  for (; p < end; p += 64) {
    const x0 = v128.load(p), x1 = v128.load(p, 16), x2 = v128.load(p, 32), x3 = v128.load(p, 48);
    s0 = f32x4.add(s0, f32x4.sub(x0, x0));
    s1 = f32x4.add(s1, f32x4.sub(x1, x1));
    s2 = f32x4.add(s2, f32x4.sub(x2, x2));
    s3 = f32x4.add(s3, f32x4.sub(x3, x3));
  }
  let sum = sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (const last = a + (n << 2); p < last; p += 4) sum += load<f32>(p) - load<f32>(p);
  store<f32>(c, sum);
}
