/** The largest element of each window of planes [d, h, w], where each window has bounds of its own. */

/** Stores the largest element of one window, and its index in the plane: the first of equal ones, or the last NaN. */
// @ts-ignore: decorator
@inline
function largestWithin<T>(x: usize, h: i32, w: i32, d0: i32, d1: i32, h0: i32, h1: i32, w0: i32, w1: i32, value: usize, index: usize): void {
  let best = -Infinity as T;
  let where = -1;
  for (let d = d0; d < d1; d++)
    for (let row = h0; row < h1; row++) {
      const line = (d * h + row) * w;
      for (let column = w0; column < w1; column++) {
        const v = load<T>(x + <usize>(line + column) * sizeof<T>());
        if (v > best || v != v || where < 0) {
          best = v;
          where = line + column;
        }
      }
    }
  store<T>(value, best);
  store<i32>(index, where);
}

/**
 * Computes the largest elements of od × oh × ow windows of each plane. `bounds` has the first elements of the windows on each dimension, and as many ends; the next
 * plane's are `step` bytes behind.
 */
// @ts-ignore: decorator
@inline
function largest<T>(
  planes: i32, d: i32, h: i32, w: i32, od: i32, oh: i32, ow: i32, bounds: usize, step: i32, x: usize, values: usize, indices: usize,
): void {
  const ends = <usize>(od + oh + ow) << 2;
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < od; i++) {
      const atD = bounds + (<usize>i << 2);
      for (let j = 0; j < oh; j++) {
        const atH = bounds + (<usize>(od + j) << 2);
        for (let k = 0; k < ow; k++) {
          const atW = bounds + (<usize>(od + oh + k) << 2);
          largestWithin<T>(x, h, w, load<i32>(atD), load<i32>(atD + ends), load<i32>(atH), load<i32>(atH + ends), load<i32>(atW), load<i32>(atW + ends), values, indices);
          values += sizeof<T>();
          indices += 4;
        }
      }
    }
    bounds += <usize>step;
    x += <usize>(d * h * w) * sizeof<T>();
  }
}

/** Computes the largest float32 of each window and its index in the plane. */
export function windowsMax32(
  planes: i32, d: i32, h: i32, w: i32, od: i32, oh: i32, ow: i32, bounds: usize, step: i32, x: usize, values: usize, indices: usize,
): void {
  largest<f32>(planes, d, h, w, od, oh, ow, bounds, step, x, values, indices);
}

/** Computes the largest float64 of each window and its index in the plane. */
export function windowsMax64(
  planes: i32, d: i32, h: i32, w: i32, od: i32, oh: i32, ow: i32, bounds: usize, step: i32, x: usize, values: usize, indices: usize,
): void {
  largest<f64>(planes, d, h, w, od, oh, ow, bounds, step, x, values, indices);
}
