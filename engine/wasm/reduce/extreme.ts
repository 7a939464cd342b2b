/** Largest and smallest elements of [outer, n, inner] over n. */
import { copyBytes } from "../simd/copy";
import { storePair, storeWithin } from "../simd/lanes";
import { maxLane } from "./row";

/** Returns the larger of each pair of lanes, or the smaller, or NaN if one of them is. `max` takes V8 many instructions. */
// @ts-ignore: decorator
@inline
function further<T>(smallest: bool, x: v128, z: v128): v128 {
  const y = smallest ? v128.pmin<T>(x, z) : v128.pmax<T>(x, z);
  return v128.bitselect(y, z, v128.eq<T>(z, z));
}

/** Computes c [inner] = the extreme of n rows, 32 bytes of each at a time. */
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
      storeWithin(c + i, v0, left);
      if (left > 16) storeWithin(c + i + 16, v1, left - 16);
    }
  }
}

/** Computes c [inner] = the extreme of n long rows, one row at a time, so that memory is read in order. */
// @ts-ignore: decorator
@inline
function extremeRows<T>(smallest: bool, n: usize, inner: usize, a: usize, c: usize): void {
  const step = inner * sizeof<T>();
  copyBytes(c, a, step);
  for (let r: usize = 1; r < n; r++) {
    a += step;
    let i: usize = 0;
    for (; i + 32 <= step; i += 32)
      storePair(c + i, further<T>(smallest, v128.load(c + i), v128.load(a + i)), further<T>(smallest, v128.load(c + i, 16), v128.load(a + i, 16)));
    for (; i < step; i += 16) storeWithin(c + i, further<T>(smallest, v128.load(c + i), v128.load(a + i)), step - i);
  }
}

/** Bytes of a row from which on rows are read one at a time. */
const longRow: usize = 512;

/** Returns the largest of a row, or the smallest, or NaN if an element is. */
// @ts-ignore: decorator
@inline
export function peak<T>(a: usize, n: usize, smallest: bool): T {
  let p = a;
  const end = a + n * sizeof<T>();
  let top = (smallest ? Infinity : -Infinity) as T;
  if (p + 64 <= end) {
    let v0 = v128.splat<T>(top), v1 = v0, v2 = v0, v3 = v0, ordered = i32x4.splat(-1);
    for (; p + 64 <= end; p += 64) {
      const x0 = v128.load(p), x1 = v128.load(p, 16), x2 = v128.load(p, 32), x3 = v128.load(p, 48);
      ordered = v128.and(v128.and(ordered, v128.and(v128.eq<T>(x0, x0), v128.eq<T>(x1, x1))), v128.and(v128.eq<T>(x2, x2), v128.eq<T>(x3, x3)));
      v0 = smallest ? v128.pmin<T>(v0, x0) : v128.pmax<T>(v0, x0);
      v1 = smallest ? v128.pmin<T>(v1, x1) : v128.pmax<T>(v1, x1);
      v2 = smallest ? v128.pmin<T>(v2, x2) : v128.pmax<T>(v2, x2);
      v3 = smallest ? v128.pmin<T>(v3, x3) : v128.pmax<T>(v3, x3);
    }
    if (!i32x4.all_true(ordered)) return NaN as T;
    v0 = further<T>(smallest, further<T>(smallest, v0, v1), further<T>(smallest, v2, v3));
    top = smallest ? (-maxLane<T>(v128.neg<T>(v0), -top as T)) as T : maxLane<T>(v0, top);
  }
  for (; p < end; p += sizeof<T>()) {
    const x = load<T>(p);
    top = smallest ? min<T>(top, x) : max<T>(top, x);
  }
  return top;
}

// @ts-ignore: decorator
@inline
function extremes<T>(smallest: bool, outer: i32, n: usize, inner: usize, a: usize, c: usize): void {
  for (let o = 0; o < outer; o++) {
    if (inner * sizeof<T>() >= longRow) smallest ? extremeRows<T>(true, n, inner, a, c) : extremeRows<T>(false, n, inner, a, c);
    else if (inner > 1) smallest ? extremeColumns<T>(true, n, inner, a, c) : extremeColumns<T>(false, n, inner, a, c);
    else store<T>(c, smallest ? peak<T>(a, n, true) : peak<T>(a, n, false));
    a += n * inner * sizeof<T>();
    c += inner * sizeof<T>();
  }
}

/** Computes c [outer, inner] = the largest or smallest over n of a [outer, n, inner] in float32, where n ≥ 1; NaN if an element is. */
export function extreme32(smallest: bool, outer: i32, n: usize, inner: usize, a: usize, c: usize): void {
  extremes<f32>(smallest, outer, n, inner, a, c);
}

/** Computes c [outer, inner] = the largest or smallest over n of a [outer, n, inner] in float64, where n ≥ 1; NaN if an element is. */
export function extreme64(smallest: bool, outer: i32, n: usize, inner: usize, a: usize, c: usize): void {
  extremes<f64>(smallest, outer, n, inner, a, c);
}
