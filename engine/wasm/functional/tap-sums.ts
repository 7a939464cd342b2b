/** Weighted sums of elements at given int32 indices, and their transposes: y[n, c, p] = Σ w[n, p, t] x[n, c, k[n, p, t]], where an index of -1 stands for 0. */
import { mostPairTaps, sumByPairs } from "./tap-pairs";

/** Loads the elements of float32 at four indices. */
// @ts-ignore: decorator
@inline
function loadTaps(x: usize, index: v128): v128 {
  const a = x + (<usize>i32x4.extract_lane(index, 0) << 2), b = x + (<usize>i32x4.extract_lane(index, 1) << 2);
  const c = x + (<usize>i32x4.extract_lane(index, 2) << 2), d = x + (<usize>i32x4.extract_lane(index, 3) << 2);
  return v128.load32_lane(d, v128.load32_lane(c, v128.load32_lane(b, v128.load32_zero(a), 1), 2), 3);
}

/** Computes y in float32 for one tap of each place, and two channels x and z: four places at a time. */
function singlePairs(places: i32, x: usize, z: usize, w: usize, k: usize, y: usize, u: usize): void {
  const zero = i32x4.splat(0), bytes = <usize>places << 2;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const indices = v128.load(k + i), at = i32x4.max_s(indices, zero);
    const mask = i32x4.ge_s(indices, zero), weights = v128.and(v128.load(w + i), mask);
    v128.store(y + i, f32x4.mul(v128.and(loadTaps(x, at), mask), weights));
    v128.store(u + i, f32x4.mul(v128.and(loadTaps(z, at), mask), weights));
  }
  for (; i < bytes; i += 4) {
    const at = load<i32>(k + i), weight = load<f32>(w + i);
    store<f32>(y + i, at < 0 ? 0 : weight * load<f32>(x + (<usize>at << 2)));
    store<f32>(u + i, at < 0 ? 0 : weight * load<f32>(z + (<usize>at << 2)));
  }
}

/** Computes y in float32 for one tap of each place. */
function singles(batch: i32, channels: i32, places: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  const bytes = <usize>places << 2, xStep = <usize>n << 2;
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c += 2) {
      // the last channel of an odd number is computed twice
      const more: usize = c + 1 < channels ? 1 : 0;
      singlePairs(places, x, x + more * xStep, w, k, y, y + more * bytes);
      x += (1 + more) * xStep;
      y += (1 + more) * bytes;
    }
    w += bytes;
    k += bytes;
  }
}

/** Adds the lanes of `v` to the elements of float32 at four indices, but for those at -1. */
// @ts-ignore: decorator
@inline
function addAtTaps(x: usize, index: v128, v: v128): void {
  const a = i32x4.extract_lane(index, 0), b = i32x4.extract_lane(index, 1);
  const c = i32x4.extract_lane(index, 2), d = i32x4.extract_lane(index, 3);
  if (a >= 0) store<f32>(x + (<usize>a << 2), load<f32>(x + (<usize>a << 2)) + f32x4.extract_lane(v, 0));
  if (b >= 0) store<f32>(x + (<usize>b << 2), load<f32>(x + (<usize>b << 2)) + f32x4.extract_lane(v, 1));
  if (c >= 0) store<f32>(x + (<usize>c << 2), load<f32>(x + (<usize>c << 2)) + f32x4.extract_lane(v, 2));
  if (d >= 0) store<f32>(x + (<usize>d << 2), load<f32>(x + (<usize>d << 2)) + f32x4.extract_lane(v, 3));
}

/** Computes x in float32 for multiples of four taps. */
function spreadsByFour(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  memory.fill(x, 0, <usize>(batch * channels * n) << 2);
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      let weight = w, index = k;
      for (let p = 0; p < places; p++) {
        const v = v128.load32_splat(y);
        for (let t = 0; t < taps; t += 4) {
          addAtTaps(x, v128.load(index), f32x4.mul(v, v128.load(weight)));
          weight += 16;
          index += 16;
        }
        y += 4;
      }
      x += <usize>n << 2;
    }
    w += <usize>(places * taps) << 2;
    k += <usize>(places * taps) << 2;
  }
}

/** Computes x in float32 for one tap of each place: the products of four places at a time. */
function spreadSingles(batch: i32, channels: i32, places: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  const bytes = <usize>places << 2;
  memory.fill(x, 0, <usize>(batch * channels * n) << 2);
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      let i: usize = 0;
      for (; i + 16 <= bytes; i += 16) addAtTaps(x, v128.load(k + i), f32x4.mul(v128.load(w + i), v128.load(y + i)));
      for (; i < bytes; i += 4) {
        const at = load<i32>(k + i);
        if (at < 0) continue;
        const element = x + (<usize>at << 2);
        store<f32>(element, load<f32>(element) + load<f32>(w + i) * load<f32>(y + i));
      }
      x += <usize>n << 2;
      y += bytes;
    }
    w += bytes;
    k += bytes;
  }
}

/** Computes w in float32 for one tap of each place: four places at a time. */
function dotSingles(batch: i32, channels: i32, places: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  const zero = i32x4.splat(0), bytes = <usize>places << 2;
  memory.fill(w, 0, <usize>batch * bytes);
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      let i: usize = 0;
      for (; i + 16 <= bytes; i += 16) {
        const at = v128.load(k + i);
        const product = f32x4.mul(v128.load(y + i), loadTaps(x, i32x4.max_s(at, zero)));
        v128.store(w + i, f32x4.add(v128.load(w + i), v128.andnot(product, i32x4.lt_s(at, zero))));
      }
      for (; i < bytes; i += 4) {
        const at = load<i32>(k + i);
        if (at >= 0) store<f32>(w + i, load<f32>(w + i) + load<f32>(y + i) * load<f32>(x + (<usize>at << 2)));
      }
      x += <usize>n << 2;
      y += bytes;
    }
    w += bytes;
    k += bytes;
  }
}

/** Computes w in float32 for multiples of four taps. */
function dotsByFour(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  const zero = i32x4.splat(0);
  memory.fill(w, 0, <usize>(batch * places * taps) << 2);
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      let weight = w, index = k;
      for (let p = 0; p < places; p++) {
        const v = v128.load32_splat(y);
        for (let t = 0; t < taps; t += 4) {
          const at = v128.load(index);
          const product = f32x4.mul(v, loadTaps(x, i32x4.max_s(at, zero)));
          v128.store(weight, f32x4.add(v128.load(weight), v128.andnot(product, i32x4.lt_s(at, zero))));
          weight += 16;
          index += 16;
        }
        y += 4;
      }
      x += <usize>n << 2;
    }
    w += <usize>(places * taps) << 2;
    k += <usize>(places * taps) << 2;
  }
}

/** Computes y. */
// @ts-ignore: decorator
@inline
function sums<T>(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  const size = sizeof<T>();
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      let weight = w, index = k;
      for (let p = 0; p < places; p++) {
        let sum: f64 = 0;
        for (let t = 0; t < taps; t++) {
          const i = load<i32>(index);
          if (i >= 0) sum += <f64>load<T>(weight) * <f64>load<T>(x + <usize>i * size);
          weight += size;
          index += 4;
        }
        store<T>(y, <T>sum);
        y += size;
      }
      x += <usize>n * size;
    }
    w += <usize>(places * taps) * size;
    k += <usize>(places * taps) << 2;
  }
}

/** Computes x, or, where `isDot`, w. */
// @ts-ignore: decorator
@inline
function transposes<T>(
  batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize, isDot: bool,
): void {
  const size = sizeof<T>();
  if (isDot) memory.fill(w, 0, <usize>(batch * places * taps) * size);
  else memory.fill(x, 0, <usize>(batch * channels * n) * size);
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      let weight = w, index = k;
      for (let p = 0; p < places; p++) {
        const v = load<T>(y);
        for (let t = 0; t < taps; t++) {
          const i = load<i32>(index);
          if (i >= 0) {
            const element = x + <usize>i * size;
            if (isDot) store<T>(weight, load<T>(weight) + v * load<T>(element));
            else store<T>(element, load<T>(element) + v * load<T>(weight));
          }
          weight += size;
          index += 4;
        }
        y += size;
      }
      x += <usize>n * size;
    }
    w += <usize>(places * taps) * size;
    k += <usize>(places * taps) << 2;
  }
}

/** Computes the sums y in float32. */
export function tapSum32(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  if (taps == 1) singles(batch, channels, places, n, x, w, k, y);
  else if (taps % 4 == 0 && taps <= mostPairTaps) sumByPairs<f32>(batch, channels, places, taps, n, x, w, k, y);
  else sums<f32>(batch, channels, places, taps, n, x, w, k, y);
}

/** Computes the sums y in float64. */
export function tapSum64(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  if (taps % 4 == 0 && taps <= mostPairTaps) sumByPairs<f64>(batch, channels, places, taps, n, x, w, k, y);
  else sums<f64>(batch, channels, places, taps, n, x, w, k, y);
}

/** Computes x, the transpose with respect to it, in float32. */
export function tapSpread32(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  if (taps == 1) spreadSingles(batch, channels, places, n, x, w, k, y);
  else if (taps % 4 == 0) spreadsByFour(batch, channels, places, taps, n, x, w, k, y);
  else transposes<f32>(batch, channels, places, taps, n, x, w, k, y, false);
}

/** Computes x, the transpose with respect to it, in float64. */
export function tapSpread64(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  transposes<f64>(batch, channels, places, taps, n, x, w, k, y, false);
}

/** Computes w, the transpose with respect to it, in float32. */
export function tapDot32(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  if (taps == 1) dotSingles(batch, channels, places, n, x, w, k, y);
  else if (taps % 4 == 0) dotsByFour(batch, channels, places, taps, n, x, w, k, y);
  else transposes<f32>(batch, channels, places, taps, n, x, w, k, y, true);
}

/** Computes w, the transpose with respect to it, in float64. */
export function tapDot64(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  transposes<f64>(batch, channels, places, taps, n, x, w, k, y, true);
}
