/** Largest and smallest elements of [outer, n, inner] over n. */
import { storePair, storeWithin } from "../simd/lanes";
import { maxLane } from "./row";

/** Returns the larger of each pair of lanes, or the smaller. */
// @ts-ignore: decorator
@inline
function further<T>(smallest: bool, x: v128, z: v128): v128 {
  return smallest ? v128.min<T>(x, z) : v128.max<T>(x, z);
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

/** Returns the largest of a row, or of its negative, or NaN if an element is. */
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
    top = maxLane<T>(v128.max<T>(v128.max<T>(v0, v1), v128.max<T>(v2, v3)), top);
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

/** Computes c [outer, inner] = the largest or smallest over n of a [outer, n, inner] in float32, where n ≥ 1; NaN if an element is. */
export function extreme32(smallest: bool, outer: i32, n: usize, inner: usize, a: usize, c: usize): void {
  extremes<f32>(smallest, outer, n, inner, a, c);
}

/** Computes c [outer, inner] = the largest or smallest over n of a [outer, n, inner] in float64, where n ≥ 1; NaN if an element is. */
export function extreme64(smallest: bool, outer: i32, n: usize, inner: usize, a: usize, c: usize): void {
  extremes<f64>(smallest, outer, n, inner, a, c);
}
