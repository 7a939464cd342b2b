/**
 * Reductions of [outer, n, inner] over n in float32. A row is added in blocks by 32 accumulators, and the blocks in float64; columns are added
 * in blocks of rows: rounding grows with the square root of the length at most, not with the length.
 */
import { addPair, madd, own, storePair, storePart, sumLanes } from "./lanes";

const block: usize = 4096;

/** Σ x, or Σ x z where z is not x's place, over n elements side by side. */
// @ts-ignore: decorator
@inline
function total(a: usize, z: usize, n: usize, products: bool): f64 {
  let sum: f64 = 0;
  for (let from: usize = 0; from < n; from += block) {
    const count = min(block, n - from);
    let p = a + (from << 2), q = z + (from << 2);
    const end = p + (count << 2);
    if (count >= 32) {
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
      for (const last = p + ((count & ~31) << 2); p < last; p += 128, q += 128) {
        if (products) {
          s0 = madd(v128.load(p), v128.load(q), s0);
          s1 = madd(v128.load(p, 16), v128.load(q, 16), s1);
          s2 = madd(v128.load(p, 32), v128.load(q, 32), s2);
          s3 = madd(v128.load(p, 48), v128.load(q, 48), s3);
          s4 = madd(v128.load(p, 64), v128.load(q, 64), s4);
          s5 = madd(v128.load(p, 80), v128.load(q, 80), s5);
          s6 = madd(v128.load(p, 96), v128.load(q, 96), s6);
          s7 = madd(v128.load(p, 112), v128.load(q, 112), s7);
        } else {
          s0 = f32x4.add(s0, v128.load(p));
          s1 = f32x4.add(s1, v128.load(p, 16));
          s2 = f32x4.add(s2, v128.load(p, 32));
          s3 = f32x4.add(s3, v128.load(p, 48));
          s4 = f32x4.add(s4, v128.load(p, 64));
          s5 = f32x4.add(s5, v128.load(p, 80));
          s6 = f32x4.add(s6, v128.load(p, 96));
          s7 = f32x4.add(s7, v128.load(p, 112));
        }
      }
      sum += <f64>sumLanes(addPair(f32x4.add(f32x4.add(s0, s2), f32x4.add(s4, s6)), f32x4.add(f32x4.add(s1, s3), f32x4.add(s5, s7))));
    }
    let s = f32x4.splat(0);
    for (; p + 16 <= end; p += 16, q += 16) s = products ? madd(v128.load(p), v128.load(q), s) : f32x4.add(s, v128.load(p));
    sum += <f64>sumLanes(s);
    for (; p < end; p += 4, q += 4) sum += products ? <f64>load<f32>(p) * <f64>load<f32>(q) : <f64>load<f32>(p);
  }
  return sum;
}

export function sumRow(a: usize, n: usize): f64 {
  return total(a, a, n, false);
}

export function dotRow(a: usize, b: usize, n: usize): f64 {
  return total(a, b, n, true);
}

// @ts-ignore: decorator
@inline
function putColumns(to: usize, v: v128, left: usize): void {
  if (left >= 4) v128.store(to, v);
  else storePart(to, v, left << 2);
}

const rowsAtOnce: i32 = 128;

/** c [inner] = Σ of n rows; every 128 rows are added up by themselves first. */
function sumColumns(a: usize, n: i32, inner: usize, scale: f32, c: usize): void {
  const step = inner << 2;
  for (let i: usize = 0; i < inner; i += 16) {
    let t0 = f32x4.splat(0), t1 = t0, t2 = t0, t3 = t0;
    const column = a + (i << 2);
    for (let from = 0; from < n; from += rowsAtOnce) {
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      const to = min(from + rowsAtOnce, n);
      let p = column + <usize>from * step;
      for (let r = from; r < to; r++, p += step) {
        s0 = f32x4.add(s0, v128.load(p));
        s1 = f32x4.add(s1, v128.load(p, 16));
        s2 = f32x4.add(s2, v128.load(p, 32));
        s3 = f32x4.add(s3, v128.load(p, 48));
      }
      t0 = f32x4.add(t0, s0);
      t1 = f32x4.add(t1, s1);
      t2 = f32x4.add(t2, s2);
      t3 = f32x4.add(t3, s3);
    }
    const v = f32x4.splat(scale);
    const to = c + (i << 2);
    const left = inner - i;
    if (left >= 16) {
      storePair(to, f32x4.mul(t0, v), f32x4.mul(t1, v));
      storePair(to + 32, f32x4.mul(t2, v), f32x4.mul(t3, v));
      continue;
    }
    putColumns(to, f32x4.mul(t0, v), left);
    if (left > 4) putColumns(to + 16, f32x4.mul(t1, v), left - 4);
    if (left > 8) putColumns(to + 32, f32x4.mul(t2, v), left - 8);
    if (left > 12) putColumns(to + 48, f32x4.mul(t3, v), left - 12);
  }
}

/** c [outer, inner] = scale Σ over n. */
export function sum32(outer: i32, n: i32, inner: usize, a: usize, scale: f64, c: usize): void {
  for (let o = 0; o < outer; o++) {
    if (inner == 1) {
      store<f32>(c, <f32>(total(a, a, <usize>n, false) * scale));
      c += 4;
    } else {
      sumColumns(a, n, inner, <f32>scale, c);
      c += inner << 2;
    }
    a += (<usize>n * inner) << 2;
  }
}

/** The same in float64, one after the other. */
export function sum64(outer: i32, n: i32, inner: usize, a: usize, scale: f64, c: usize): void {
  for (let o = 0; o < outer; o++) {
    for (let i: usize = 0; i < inner; i++) {
      let s: f64 = 0;
      let p = a + (i << 3);
      for (let r = 0; r < n; r++, p += inner << 3) s += load<f64>(p);
      store<f64>(c, s * scale);
      c += 8;
    }
    a += (<usize>n * inner) << 3;
  }
}

/** c [outer, inner] = the largest, or smallest, over n, which is at least 1; NaN wins. */
export function extreme32(smallest: bool, outer: i32, n: usize, inner: usize, a: usize, c: usize): void {
  for (let o = 0; o < outer; o++) {
    if (inner > 1) smallest ? extremeColumns(true, n, inner, a, c) : extremeColumns(false, n, inner, a, c);
    else store<f32>(c, smallest ? -peak(a, n, true) : peak(a, n, false));
    a += (n * inner) << 2;
    c += inner << 2;
  }
}

// @ts-ignore: decorator
@inline
function further(smallest: bool, x: v128, z: v128): v128 {
  return smallest ? f32x4.min(x, z) : f32x4.max(x, z);
}

// @ts-ignore: decorator
@inline
function extremeColumns(smallest: bool, n: usize, inner: usize, a: usize, c: usize): void {
  const step = inner << 2;
  for (let i: usize = 0; i < inner; i += 8) {
    let p = a + (i << 2);
    let v0 = v128.load(p), v1 = v128.load(p, 16);
    for (let r: usize = 1; r < n; r++) {
      p += step;
      v0 = further(smallest, v0, v128.load(p));
      v1 = further(smallest, v1, v128.load(p, 16));
    }
    const to = c + (i << 2);
    const left = inner - i;
    if (left >= 8) storePair(to, v0, v1);
    else {
      putColumns(to, v0, left);
      if (left > 4) putColumns(to + 16, v1, left - 4);
    }
  }
}

/** max of x, or of -x; NaN wins. */
// @ts-ignore: decorator
@inline
function peak(a: usize, n: usize, negated: bool): f32 {
  let top: f32 = -Infinity;
  let i: usize = 0;
  if (n >= 16) {
    let v0 = f32x4.splat(-Infinity), v1 = v0, v2 = v0, v3 = v0;
    for (; i + 16 <= n; i += 16) {
      const p = a + (i << 2);
      v0 = f32x4.max(v0, signed(v128.load(p), negated));
      v1 = f32x4.max(v1, signed(v128.load(p, 16), negated));
      v2 = f32x4.max(v2, signed(v128.load(p, 32), negated));
      v3 = f32x4.max(v3, signed(v128.load(p, 48), negated));
    }
    const v = f32x4.max(f32x4.max(v0, v1), f32x4.max(v2, v3));
    top = max(max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)), max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)));
  }
  for (; i < n; i++) {
    const x = load<f32>(a + (i << 2));
    top = max(top, negated ? -x : x);
  }
  return top;
}

// @ts-ignore: decorator
@inline
function signed(x: v128, negated: bool): v128 {
  return negated ? f32x4.neg(x) : x;
}

/** The largest number of a row, past any NaN. */
export function top(a: usize, n: usize): f32 {
  let v0 = f32x4.splat(-Infinity), v1 = v0, v2 = v0, v3 = v0;
  let i: usize = 0;
  for (; i + 16 <= n; i += 16) {
    const p = a + (i << 2);
    v0 = f32x4.pmax(v0, v128.load(p));
    v1 = f32x4.pmax(v1, v128.load(p, 16));
    v2 = f32x4.pmax(v2, v128.load(p, 32));
    v3 = f32x4.pmax(v3, v128.load(p, 48));
  }
  storePair(own, f32x4.pmax(v0, v2), f32x4.pmax(v1, v3));
  const v = f32x4.pmax(v128.load(own), v128.load(own, 16));
  let most = max(max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)), max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)));
  for (; i < n; i++) {
    const x = load<f32>(a + (i << 2));
    if (x > most) most = x;
  }
  return most;
}

/** Σ (x - mean)² over n elements side by side. */
export function spreadRow(from: usize, n: usize, mean: f32): f64 {
  const v = f32x4.splat(mean);
  let s0 = f32x4.splat(0), s1 = s0;
  let i: usize = 0;
  for (; i + 8 <= n; i += 8) {
    const d = f32x4.sub(v128.load(from + (i << 2)), v), e = f32x4.sub(v128.load(from + (i << 2), 16), v);
    s0 = madd(d, d, s0);
    s1 = madd(e, e, s1);
  }
  let sum = <f64>sumLanes(addPair(s0, s1));
  for (; i < n; i++) {
    const d = <f64>(load<f32>(from + (i << 2)) - mean);
    sum += d * d;
  }
  return sum;
}

/** c [kept] = scale Σ (x - mean)² for x [outer, kept, n], where mean [kept]; n elements lie side by side. */
export function spread32(outer: i32, kept: i32, n: usize, x: usize, mean: usize, scale: f64, c: usize): void {
  for (let k = 0; k < kept; k++) {
    const mu = load<f32>(mean + (<usize>k << 2));
    let total: f64 = 0;
    for (let o = 0; o < outer; o++) total += spreadRow(x + (<usize>(o * kept + k) * n << 2), n, mu);
    store<f32>(c + (<usize>k << 2), <f32>(total * scale));
  }
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
