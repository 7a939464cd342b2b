/** Weighted sums of elements at given int32 indices, and their transposes: y[n, c, p] = Σ w[n, p, t] x[n, c, k[n, p, t]], where an index of -1 stands for 0. */

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
  sums<f32>(batch, channels, places, taps, n, x, w, k, y);
}

/** Computes the sums y in float64. */
export function tapSum64(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  sums<f64>(batch, channels, places, taps, n, x, w, k, y);
}

/** Computes x, the transpose with respect to it, in float32. */
export function tapSpread32(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  transposes<f32>(batch, channels, places, taps, n, x, w, k, y, false);
}

/** Computes x, the transpose with respect to it, in float64. */
export function tapSpread64(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  transposes<f64>(batch, channels, places, taps, n, x, w, k, y, false);
}

/** Computes w, the transpose with respect to it, in float32. */
export function tapDot32(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  transposes<f32>(batch, channels, places, taps, n, x, w, k, y, true);
}

/** Computes w, the transpose with respect to it, in float64. */
export function tapDot64(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  transposes<f64>(batch, channels, places, taps, n, x, w, k, y, true);
}
