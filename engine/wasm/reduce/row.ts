/**
 * Reductions of one row of contiguous elements. At most 16 elements are added one after the other in the elements' precision, and at most 16 such sums;
 * their results are added in float64. So the rounding error does not grow with the length.
 */
import { addPair, madd, storePair, sumLanes, threadBuffer } from "../simd/lanes";

const block: usize = 4096;

/** Elements whose products are added in the elements' precision before they are added in float64. */
export const productsAtOnce: usize = 256;

/** Returns Σ x, or Σ x z where `products`, over n contiguous elements. */
// @ts-ignore: decorator
@inline
export function total<T>(a: usize, z: usize, n: usize, products: bool): f64 {
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

/** Returns Σ a. */
export function sumOf<T>(a: usize, n: usize): f64 {
  return total<T>(a, a, n, false);
}

/** Returns Σ a b. */
export function dotOf<T>(a: usize, b: usize, n: usize): f64 {
  return total<T>(a, b, n, true);
}

/** Returns Σ (x - mean)². */
export function squaredDeviationsOf<T>(from: usize, n: usize, mean: T): f64 {
  const v = v128.splat<T>(mean);
  let p = from;
  const end = from + n * sizeof<T>();
  let sum: f64 = 0;
  while (p + 32 <= end) {
    let s0 = v128.splat<T>(0 as T), s1 = s0;
    for (const last = min(p + productsAtOnce * sizeof<T>(), end); p + 32 <= last; p += 32) {
      const d = v128.sub<T>(v128.load(p), v), e = v128.sub<T>(v128.load(p, 16), v);
      s0 = madd<T>(d, d, s0);
      s1 = madd<T>(e, e, s1);
    }
    sum += <f64>sumLanes<T>(addPair<T>(s0, s1));
  }
  for (; p < end; p += sizeof<T>()) {
    const d = <f64>(load<T>(p) - mean);
    sum += d * d;
  }
  return sum;
}

/** Returns the largest of a vector's lanes and a number, or NaN if one of them is. */
// @ts-ignore: decorator
@inline
export function maxLane<T>(v: v128, z: T): T {
  let most = max<T>(max<T>(v128.extract_lane<T>(v, 0), v128.extract_lane<T>(v, 1)), z);
  if (sizeof<T>() == 4) most = max<T>(max<T>(v128.extract_lane<T>(v, 2), v128.extract_lane<T>(v, 3)), most);
  return most;
}

/** Returns the largest of a row of so many bytes, ignoring NaN. */
export function maxOf<T>(a: usize, bytes: usize): T {
  let v0 = v128.splat<T>(-Infinity as T), v1 = v0, v2 = v0, v3 = v0;
  let p = a;
  const end = a + bytes;
  for (; p + 64 <= end; p += 64) {
    v0 = v128.pmax<T>(v0, v128.load(p));
    v1 = v128.pmax<T>(v1, v128.load(p, 16));
    v2 = v128.pmax<T>(v2, v128.load(p, 32));
    v3 = v128.pmax<T>(v3, v128.load(p, 48));
  }
  storePair(threadBuffer, v128.pmax<T>(v0, v2), v128.pmax<T>(v1, v3));
  let most = maxLane<T>(v128.pmax<T>(v128.load(threadBuffer), v128.load(threadBuffer, 16)), -Infinity as T);
  for (; p < end; p += sizeof<T>()) {
    const x = load<T>(p);
    if (x > most) most = x;
  }
  return most;
}
