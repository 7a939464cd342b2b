/** Reductions of [outer, n, inner] over n: products, extremes with their positions, norms, and logarithms of sums of exponentials. */
import { expOf } from "../math/generic";
import { storePair, storeWithin, sumLanes, threadBuffer } from "../simd/lanes";
import { peak } from "./extreme";
import { total } from "./row";

// @ts-ignore: decorator
@inline
function productOfRow<T>(n: usize, a: usize): T {
  let p = a;
  const end = a + n * sizeof<T>();
  let y: f64 = 1;
  if (p + 64 <= end) {
    let v0 = v128.splat<T>(1 as T), v1 = v0, v2 = v0, v3 = v0;
    for (; p + 64 <= end; p += 64) {
      v0 = v128.mul<T>(v0, v128.load(p));
      v1 = v128.mul<T>(v1, v128.load(p, 16));
      v2 = v128.mul<T>(v2, v128.load(p, 32));
      v3 = v128.mul<T>(v3, v128.load(p, 48));
    }
    storePair(threadBuffer, v128.mul<T>(v0, v2), v128.mul<T>(v1, v3));
    for (let i: usize = 0; i < 32; i += sizeof<T>()) y *= <f64>load<T>(threadBuffer + i);
  }
  for (; p < end; p += sizeof<T>()) y *= <f64>load<T>(p);
  return <T>y;
}

/** Multiplies the elements of a vector at `to` by those of four rows, which are `step` bytes apart. */
// @ts-ignore: decorator
@inline
function timesFour<T>(to: usize, p: usize, step: usize): v128 {
  const v = v128.mul<T>(v128.mul<T>(v128.load(to), v128.load(p)), v128.load(p + step));
  return v128.mul<T>(v128.mul<T>(v, v128.load(p + 2 * step)), v128.load(p + 3 * step));
}

/** Computes the products of n long rows of `step` bytes: row by row, four at a time, so that memory is read in order. Writes whole pairs of vectors. */
// @ts-ignore: decorator
@inline
function productOfRows<T>(n: i32, step: usize, a: usize, c: usize): void {
  memory.copy(c, a, step);
  let k = 1, p = a + step;
  for (; k + 4 <= n; k += 4, p += 4 * step)
    for (let i: usize = 0; i < step; i += 32) {
      const v = timesFour<T>(c + i, p + i, step), w = timesFour<T>(c + i + 16, p + i + 16, step);
      storePair(c + i, v, w);
    }
  for (; k < n; k++, p += step)
    for (let i: usize = 0; i < step; i += 16) v128.store(c + i, v128.mul<T>(v128.load(c + i), v128.load(p + i)));
}

/** Bytes from which rows are long. */
const longRow: usize = 256;

// @ts-ignore: decorator
@inline
function products<T>(outer: i32, n: i32, inner: usize, a: usize, c: usize): void {
  const step = inner * sizeof<T>();
  for (let o = 0; o < outer; o++) {
    if (inner == 1) store<T>(c, productOfRow<T>(n, a));
    else if (step >= longRow) productOfRows<T>(n, step, a, c);
    else
      for (let i: usize = 0; i < step; i += 32) {
        let p = a + i, v = v128.splat<T>(1 as T), w = v;
        for (let k = 0; k < n; k++, p += step) {
          v = v128.mul<T>(v, v128.load(p));
          w = v128.mul<T>(w, v128.load(p, 16));
        }
        storeWithin(c + i, v, step - i);
        if (step - i > 16) storeWithin(c + i + 16, w, step - i - 16);
      }
    a += <usize>n * step;
    c += step;
  }
}

/** Computes c [outer, inner] = Π a over n of a [outer, n, inner] in float32. */
export function prod32(outer: i32, n: i32, inner: usize, a: usize, c: usize): void {
  products<f32>(outer, n, inner, a, c);
}

/** Computes c [outer, inner] = Π a over n of a [outer, n, inner] in float64. */
export function prod64(outer: i32, n: i32, inner: usize, a: usize, c: usize): void {
  products<f64>(outer, n, inner, a, c);
}

/** Returns the position of the first element of a row that is equal to `x`, or the first NaN where x is. */
// @ts-ignore: decorator
@inline
function positionOf<T>(n: i32, a: usize, x: T): i32 {
  const v = v128.splat<T>(x), isNaN = x != x;
  const lanes = 16 / <i32>sizeof<T>();
  let i = 0;
  for (; i + lanes <= n; i += lanes) {
    const z = v128.load(a + <usize>i * sizeof<T>());
    if (v128.any_true(isNaN ? v128.ne<T>(z, z) : v128.eq<T>(z, v))) break;
  }
  for (; i < n; i++) {
    const z = load<T>(a + <usize>i * sizeof<T>());
    if (isNaN ? z != z : z == x) break;
  }
  return i;
}

// @ts-ignore: decorator
@inline
function argExtremes<T>(smallest: bool, outer: i32, n: i32, inner: i32, a: usize, values: usize, indices: usize): void {
  for (let o = 0; o < outer; o++) {
    if (inner == 1) {
      const x = smallest ? peak<T>(a, n, true) : peak<T>(a, n, false);
      if (values != 0) store<T>(values, x);
      store<i32>(indices, positionOf<T>(n, a, x));
    } else {
      const size = <usize>inner * sizeof<T>();
      for (let i = 0; i < inner; i++) {
        // columns, of which each is read at a stride: few at a time stay in the cache
        let p = a + <usize>i * sizeof<T>();
        let x = load<T>(p), at = 0;
        for (let k = 1; k < n && x == x; k++) {
          p += size;
          const z = load<T>(p);
          if (z != z || (smallest ? z < x : z > x)) {
            x = z;
            at = k;
          }
        }
        if (values != 0) store<T>(values + <usize>i * sizeof<T>(), x);
        store<i32>(indices + (<usize>i << 2), at);
      }
    }
    a += <usize>n * <usize>inner * sizeof<T>();
    if (values != 0) values += <usize>inner * sizeof<T>();
    indices += <usize>inner << 2;
  }
}

/** Computes the first largest or smallest element over n of a [outer, n, inner], and its position as int32, in float32; no values where their address is 0. NaN counts as the extreme. */
export function argExtreme32(smallest: bool, outer: i32, n: i32, inner: i32, a: usize, values: usize, indices: usize): void {
  if (smallest) argExtremes<f32>(true, outer, n, inner, a, values, indices);
  else argExtremes<f32>(false, outer, n, inner, a, values, indices);
}

/** Computes the first largest or smallest element over n of a [outer, n, inner], and its position as int32, in float64; no values where their address is 0. NaN counts as the extreme. */
export function argExtreme64(smallest: bool, outer: i32, n: i32, inner: i32, a: usize, values: usize, indices: usize): void {
  if (smallest) argExtremes<f64>(true, outer, n, inner, a, values, indices);
  else argExtremes<f64>(false, outer, n, inner, a, values, indices);
}

/** Returns √(Σ x²), where the squares may overflow or underflow: by the largest magnitude. */
function carefulNorm<T>(n: i32, a: usize): f64 {
  let most: f64 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const x = <f64>abs(load<T>(a + i * sizeof<T>()));
    if (x != x) return x;
    if (x > most) most = x;
  }
  if (most == 0 || most == Infinity) return most;
  let sum: f64 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const x = <f64>load<T>(a + i * sizeof<T>()) / most;
    sum += x * x;
  }
  return most * sqrt(sum);
}

// @ts-ignore: decorator
@inline
function norms<T>(rows: i32, n: i32, a: usize, c: usize): void {
  const least: f64 = sizeof<T>() == 4 ? 1e-30 : 1e-290, most: f64 = sizeof<T>() == 4 ? 1e38 : 1e300;
  for (let r = 0; r < rows; r++) {
    const s = total<T>(a, a, n, true);
    store<T>(c, <T>(s > least && s < most ? sqrt(s) : carefulNorm<T>(n, a)));
    a += <usize>n * sizeof<T>();
    c += sizeof<T>();
  }
}

/** Computes c [rows] = √(Σ x²) for rows of n float32. */
export function euclidean32(rows: i32, n: i32, a: usize, c: usize): void {
  norms<f32>(rows, n, a, c);
}

/** Computes c [rows] = √(Σ x²) for rows of n float64. */
export function euclidean64(rows: i32, n: i32, a: usize, c: usize): void {
  norms<f64>(rows, n, a, c);
}

/** Returns Σ e^(x - most) over a row, in vectors whose sums are added in float64 after every 256 elements. */
// @ts-ignore: decorator
@inline
function sumOfExponentials<T>(n: usize, a: usize, most: T): f64 {
  const v = v128.splat<T>(most), lanes = 16 / sizeof<T>();
  let sum: f64 = 0, i: usize = 0;
  while (i + lanes <= n) {
    let s = v128.splat<T>(0 as T);
    for (const last = min(i + 256, n); i + lanes <= last; i += lanes) s = v128.add<T>(s, expOf<T>(v128.sub<T>(v128.load(a + i * sizeof<T>()), v)));
    sum += <f64>sumLanes<T>(s);
  }
  if (i < n) {
    const y = expOf<T>(v128.sub<T>(v128.load(a + i * sizeof<T>()), v));
    v128.store(threadBuffer, y);
    for (let k: usize = 0; i < n; i++, k += sizeof<T>()) sum += <f64>load<T>(threadBuffer + k);
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function logSums<T>(rows: i32, n: i32, a: usize, c: usize): void {
  for (let r = 0; r < rows; r++) {
    const most = peak<T>(a, n, false);
    const isFinite = most - most == 0;
    store<T>(c, isFinite ? <T>(<f64>most + hostLog(sumOfExponentials<T>(n, a, most))) : most);
    a += <usize>n * sizeof<T>();
    c += sizeof<T>();
  }
}

@external("env", "log")
declare function hostLog(x: f64): f64;

/** Computes c [rows] = ln Σ e^x for rows of n float32. */
export function logsumexp32(rows: i32, n: i32, a: usize, c: usize): void {
  logSums<f32>(rows, n, a, c);
}

/** Computes c [rows] = ln Σ e^x for rows of n float64. */
export function logsumexp64(rows: i32, n: i32, a: usize, c: usize): void {
  logSums<f64>(rows, n, a, c);
}
