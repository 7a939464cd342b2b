/** The mean of each window of planes [h, w], and its transpose. */

/**
 * Computes y, the mean of each window of x, or, backward, x as the sum of each window's share of y. The sum of a window is divided by `divisor` if that is not
 * 0, else by the number of its elements, with those in the padding where `padded`.
 */
// @ts-ignore: decorator
@inline
function means<T>(
  planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, oh: i32, ow: i32, padded: bool, divisor: f64,
  x: usize, y: usize, isBackward: bool,
): void {
  const size = sizeof<T>();
  if (isBackward) memory.fill(x, 0, <usize>(planes * h * w) * size);
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < oh; i++) {
      const top = i * sh - ph, bottom = min(top + kh, h + ph);
      const firstRow = max(top, 0), lastRow = min(bottom, h);
      for (let j = 0; j < ow; j++) {
        const left = j * sw - pw, right = min(left + kw, w + pw);
        const first = max(left, 0), last = min(right, w);
        const elements = padded ? (bottom - top) * (right - left) : (lastRow - firstRow) * (last - first);
        const count = divisor != 0 ? divisor : <f64>elements;
        let sum: f64 = 0;
        const share = isBackward ? <T>(<f64>load<T>(y) / count) : (0 as T);
        for (let row = firstRow; row < lastRow; row++) {
          const from = x + <usize>(row * w) * size;
          for (let column = first; column < last; column++) {
            const at = from + <usize>column * size;
            if (isBackward) store<T>(at, load<T>(at) + share);
            else sum += <f64>load<T>(at);
          }
        }
        if (!isBackward) store<T>(y, <T>(sum / count));
        y += size;
      }
    }
    x += <usize>(h * w) * size;
  }
}

/** Computes y, the mean of each window of x, in float32. */
export function avgPool32(
  planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, oh: i32, ow: i32, padded: bool, divisor: f64, x: usize, y: usize,
): void {
  means<f32>(planes, h, w, kh, kw, sh, sw, ph, pw, oh, ow, padded, divisor, x, y, false);
}

/** Computes y, the mean of each window of x, in float64. */
export function avgPool64(
  planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, oh: i32, ow: i32, padded: bool, divisor: f64, x: usize, y: usize,
): void {
  means<f64>(planes, h, w, kh, kw, sh, sw, ph, pw, oh, ow, padded, divisor, x, y, false);
}

/** Computes x from cotangents y, the transpose of `avgPool32`. */
export function avgPoolBack32(
  planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, oh: i32, ow: i32, padded: bool, divisor: f64, x: usize, y: usize,
): void {
  means<f32>(planes, h, w, kh, kw, sh, sw, ph, pw, oh, ow, padded, divisor, x, y, true);
}

/** Computes x from cotangents y, the transpose of `avgPool64`. */
export function avgPoolBack64(
  planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, oh: i32, ow: i32, padded: bool, divisor: f64, x: usize, y: usize,
): void {
  means<f64>(planes, h, w, kh, kw, sh, sw, ph, pw, oh, ow, padded, divisor, x, y, true);
}
