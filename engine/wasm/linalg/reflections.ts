/** Householder reflections I - τ v vᵀ, where v begins with 1, and products of matrices and vectors. Rows and vectors are contiguous; `row` is the distance of rows in elements. */
import { loadSplat, madd, storePair, sumLanes, threadBuffer } from "../simd/lanes";
import { dotOf } from "../reduce/row";

/** Adds f x to z, vectors of n elements. */
// @ts-ignore: decorator
@inline
export function addScaled<T>(n: i32, f: T, x: usize, z: usize): void {
  const v = v128.splat<T>(f), end = x + <usize>n * sizeof<T>();
  while (x + 32 <= end) {
    storePair(z, madd<T>(v, v128.load(x), v128.load(z)), madd<T>(v, v128.load(x, 16), v128.load(z, 16)));
    x += 32;
    z += 32;
  }
  for (; x < end; x += sizeof<T>(), z += sizeof<T>()) store<T>(z, (load<T>(z) + f * load<T>(x)) as T);
}

/** Multiplies a vector by f. */
export function scale<T>(n: i32, f: T, x: usize): void {
  const v = v128.splat<T>(f), end = x + <usize>n * sizeof<T>();
  for (; x + 32 <= end; x += 32) storePair(x, v128.mul<T>(v, v128.load(x)), v128.mul<T>(v, v128.load(x, 16)));
  for (; x < end; x += sizeof<T>()) store<T>(x, (load<T>(x) * f) as T);
}

/** Returns the Euclidean norm of a vector, without overflow and underflow of squares. */
function norm<T>(n: i32, x: usize): f64 {
  const size = sizeof<T>(), limit: f64 = size == 4 ? 1e-30 : 1e-280;
  const sum = dotOf<T>(x, x, n);
  if (sum > limit && sum < 1 / limit) return sqrt<f64>(sum);
  let most: f64 = 0;
  for (let i = 0; i < n; i++) most = max(most, abs<f64>(<f64>load<T>(x + <usize>i * size)));
  if (most == 0 || most - most != 0) return most;
  let scaled: f64 = 0;
  for (let i = 0; i < n; i++) {
    const v = <f64>load<T>(x + <usize>i * size) / most;
    scaled += v * v;
  }
  return most * sqrt<f64>(scaled);
}

/**
 * Makes the reflection that maps a vector of n elements to a multiple β of its first unit vector: leaves v, stores β, and returns τ, which is 0 where the other elements are 0. β
 * has the sign opposite to the first element, as in LAPACK.
 */
export function reflect<T>(n: i32, x: usize, beta: usize): T {
  const size = sizeof<T>(), single = size == 4;
  let a = <f64>load<T>(x), rest = n > 1 ? norm<T>(n - 1, x + size) : 0, unit: f64 = 1;
  if (rest == 0) {
    store<T>(beta, a as T);
    store<T>(x, 1 as T);
    return 0 as T;
  }
  if (max(abs<f64>(a), rest) < (single ? 1e-28 : 1e-280)) {
    // elements near the smallest number have few digits, and so would the factor
    const up: f64 = single ? 1.2089258196146292e24 : 4.149515568880993e180;
    scale<T>(n, up as T, x);
    a = <f64>load<T>(x);
    rest = norm<T>(n - 1, x + size);
    unit = 1 / up;
  }
  const larger = max(abs<f64>(a), rest), smaller = min(abs<f64>(a), rest) / larger;
  const length = larger * sqrt<f64>(1 + smaller * smaller);
  const value = a >= 0 ? -length : length;
  const inverse = 1 / (a - value);
  if (abs<f64>(inverse) < 1e30 && abs<f64>(inverse) > 1e-30) scale<T>(n - 1, inverse as T, x + size);
  else for (let i = 1; i < n; i++) store<T>(x + <usize>i * size, (<f64>load<T>(x + <usize>i * size) / (a - value)) as T);
  store<T>(x, 1 as T);
  store<T>(beta, (value * unit) as T);
  return ((value - a) / value) as T;
}

/** Writes the products of four rows with x. */
function fourDots<T>(n: i32, a: usize, stride: usize, x: usize, y: usize): void {
  const zero = v128.splat<T>(0 as T), size = sizeof<T>();
  let s0 = zero, t0 = zero, s1 = zero, t1 = zero, s2 = zero, t2 = zero, s3 = zero, t3 = zero;
  let p = a, q = a + stride, r = q + stride, s = r + stride;
  const end = x + <usize>n * size;
  for (; x + 32 <= end; x += 32, p += 32, q += 32, r += 32, s += 32) {
    const u = v128.load(x), v = v128.load(x, 16);
    s0 = madd<T>(u, v128.load(p), s0);
    t0 = madd<T>(v, v128.load(p, 16), t0);
    s1 = madd<T>(u, v128.load(q), s1);
    t1 = madd<T>(v, v128.load(q, 16), t1);
    s2 = madd<T>(u, v128.load(r), s2);
    t2 = madd<T>(v, v128.load(r, 16), t2);
    s3 = madd<T>(u, v128.load(s), s3);
    t3 = madd<T>(v, v128.load(s, 16), t3);
  }
  const b = threadBuffer;
  storePair(b, s0, t0);
  storePair(b + 32, s1, t1);
  storePair(b + 64, s2, t2);
  storePair(b + 96, s3, t3);
  let d0 = sumLanes<T>(v128.add<T>(v128.load(b), v128.load(b, 16)));
  let d1 = sumLanes<T>(v128.add<T>(v128.load(b, 32), v128.load(b, 48)));
  let d2 = sumLanes<T>(v128.add<T>(v128.load(b, 64), v128.load(b, 80)));
  let d3 = sumLanes<T>(v128.add<T>(v128.load(b, 96), v128.load(b, 112)));
  for (; x < end; x += size, p += size, q += size, r += size, s += size) {
    const u = load<T>(x);
    d0 = (d0 + u * load<T>(p)) as T;
    d1 = (d1 + u * load<T>(q)) as T;
    d2 = (d2 + u * load<T>(r)) as T;
    d3 = (d3 + u * load<T>(s)) as T;
  }
  store<T>(y, d0);
  store<T>(y + size, d1);
  store<T>(y + 2 * size, d2);
  store<T>(y + 3 * size, d3);
}

/** Computes y = A x for rows of n elements. */
export function multiplyVector<T>(rows: i32, n: i32, a: usize, row: usize, x: usize, y: usize): void {
  const size = sizeof<T>(), stride = row * size;
  let i = 0;
  for (; i + 4 <= rows; i += 4) fourDots<T>(n, a + <usize>i * stride, stride, x, y + <usize>i * size);
  for (; i < rows; i++) store<T>(y + <usize>i * size, dotOf<T>(a + <usize>i * stride, x, n) as T);
}

/** Adds f times the sum of four rows, weighted by four elements at x, to y. */
function addFour<T>(n: i32, f: T, a: usize, stride: usize, x: usize, y: usize): void {
  const size = sizeof<T>(), splat = v128.splat<T>(f);
  const f0 = v128.mul<T>(splat, loadSplat<T>(x)), f1 = v128.mul<T>(splat, loadSplat<T>(x + size));
  const f2 = v128.mul<T>(splat, loadSplat<T>(x + 2 * size)), f3 = v128.mul<T>(splat, loadSplat<T>(x + 3 * size));
  let p = a, q = a + stride, r = q + stride, s = r + stride;
  const end = y + <usize>n * size;
  for (; y + 32 <= end; y += 32, p += 32, q += 32, r += 32, s += 32) {
    const u = madd<T>(f1, v128.load(q), madd<T>(f0, v128.load(p), v128.load(y)));
    const v = madd<T>(f1, v128.load(q, 16), madd<T>(f0, v128.load(p, 16), v128.load(y, 16)));
    storePair(y, madd<T>(f3, v128.load(s), madd<T>(f2, v128.load(r), u)), madd<T>(f3, v128.load(s, 16), madd<T>(f2, v128.load(r, 16), v)));
  }
  for (; y < end; y += size, p += size, q += size, r += size, s += size)
    store<T>(y, (load<T>(y) + f * (load<T>(x) * load<T>(p) + load<T>(x + size) * load<T>(q) + load<T>(x + 2 * size) * load<T>(r) + load<T>(x + 3 * size) * load<T>(s))) as T);
}

/** Computes y += f Aᵀ x for rows of n elements. */
export function addTransposed<T>(rows: i32, n: i32, f: T, a: usize, row: usize, x: usize, y: usize): void {
  const size = sizeof<T>(), stride = row * size;
  let i = 0;
  for (; i + 4 <= rows; i += 4) addFour<T>(n, f, a + <usize>i * stride, stride, x + <usize>i * size, y);
  for (; i < rows; i++) addScaled<T>(n, (f * load<T>(x + <usize>i * size)) as T, a + <usize>i * stride, y);
}

/** Returns the largest magnitude of a contiguous vector, which is not finite if an element is not. */
function largest<T>(n: i32, x: usize): f64 {
  let a = v128.splat<T>(0 as T), b = a, c = a, d = a;
  const end = x + <usize>n * sizeof<T>();
  let p = x;
  for (; p + 32 <= end; p += 32) {
    const u = v128.load(p), v = v128.load(p, 16);
    a = v128.pmax<T>(a, v128.abs<T>(u));
    b = v128.pmax<T>(b, v128.abs<T>(v));
    // 0 times an element that is not finite is NaN, which sums keep
    c = madd<T>(u, v128.splat<T>(0 as T), c);
    d = madd<T>(v, v128.splat<T>(0 as T), d);
  }
  storePair(threadBuffer, v128.pmax<T>(a, b), v128.add<T>(c, d));
  let most: f64 = 0;
  for (let i: usize = 0; i < 16; i += sizeof<T>()) {
    most = max(most, <f64>load<T>(threadBuffer + i));
    if (load<T>(threadBuffer + 16 + i) != 0) return NaN;
  }
  for (; p < end; p += sizeof<T>()) most = max(most, abs<f64>(<f64>load<T>(p)));
  return most;
}

/**
 * Multiplies a vector by a power of two where squares of its elements could overflow or underflow, and returns the factor: 1 where nothing was multiplied, and 0 where an element
 * is not finite.
 */
export function balance<T>(n: i32, x: usize): f64 {
  const most = largest<T>(n, x), bound: f64 = sizeof<T>() == 4 ? 1e8 : 1e70;
  if (most - most != 0) return 0;
  if (most == 0 || (most < bound && most > 1 / bound)) return 1;
  const limit: i64 = sizeof<T>() == 4 ? 120 : 1000, exponent = <i64>(reinterpret<u64>(most) >> 52) - 1023;
  const power = max<i64>(-limit, min<i64>(limit, -exponent));
  const factor = reinterpret<f64>(<u64>(power + 1023) << 52);
  scale<T>(n, factor as T, x);
  return factor;
}
