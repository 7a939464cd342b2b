/** Running sums, products, recurrences and extremes of [outer, n, inner] over n. They are accumulated in float64; `reverse` runs from the end. */
import * as Scan from "../../src/fast/abi/codes/scan";

// @ts-ignore: decorator
@inline
function step(op: i32, y: f64, x: f64, factor: f64): f64 {
  if (op == Scan.cumsum) return y + x;
  return op == Scan.cumprod ? y * x : x + factor * y;
}

/** Runs along one line whose elements are `by` bytes apart. */
// @ts-ignore: decorator
@inline
function line<T>(op: i32, n: i32, by: usize, a: usize, z: usize, c: usize): void {
  let y: f64 = op == Scan.cumprod ? 1 : 0;
  for (let k = 0; k < n; k++) {
    // the factor of the first element is not used, even if it is NaN
    const factor: f64 = op == Scan.linearRecurrence && k > 0 ? <f64>load<T>(z) : 0;
    y = step(op, y, <f64>load<T>(a), factor);
    store<T>(c, <T>y);
    a += by;
    z += by;
    c += by;
  }
}

/** Runs along four lines at once, as each addition has to wait for the one before it. */
// @ts-ignore: decorator
@inline
function fourLines<T>(op: i32, n: i32, by: usize, apart: usize, a: usize, z: usize, c: usize): void {
  const start: f64 = op == Scan.cumprod ? 1 : 0;
  let y0 = start, y1 = start, y2 = start, y3 = start;
  for (let k = 0; k < n; k++) {
    const uses = op == Scan.linearRecurrence && k > 0;
    y0 = step(op, y0, <f64>load<T>(a), uses ? <f64>load<T>(z) : 0);
    y1 = step(op, y1, <f64>load<T>(a + apart), uses ? <f64>load<T>(z + apart) : 0);
    y2 = step(op, y2, <f64>load<T>(a + 2 * apart), uses ? <f64>load<T>(z + 2 * apart) : 0);
    y3 = step(op, y3, <f64>load<T>(a + 3 * apart), uses ? <f64>load<T>(z + 3 * apart) : 0);
    store<T>(c, <T>y0);
    store<T>(c + apart, <T>y1);
    store<T>(c + 2 * apart, <T>y2);
    store<T>(c + 3 * apart, <T>y3);
    a += by;
    z += by;
    c += by;
  }
}

/** Runs along all lines; those of one outer index lie side by side, and those of inner size 1 one behind the other. */
// @ts-ignore: decorator
@inline
function scan<T>(op: i32, reverse: bool, outer: i32, n: i32, inner: i32, a: usize, z: usize, c: usize): void {
  const apart: usize = inner == 1 ? <usize>n * sizeof<T>() : sizeof<T>();
  const lines = inner == 1 ? outer : inner, blocks = inner == 1 ? 1 : outer;
  const along = <usize>inner * sizeof<T>();
  const first = reverse ? <usize>(n - 1) * along : 0;
  const by = reverse ? -along : along;
  for (let o = 0; o < blocks; o++) {
    const from = <usize>o * <usize>n * along + first;
    let i = 0;
    for (; i + 4 <= lines; i += 4) {
      const at = from + <usize>i * apart;
      fourLines<T>(op, n, by, apart, a + at, z + at, c + at);
    }
    for (; i < lines; i++) {
      const at = from + <usize>i * apart;
      line<T>(op, n, by, a + at, z + at, c + at);
    }
  }
}

// @ts-ignore: decorator
@inline
function scanBy<T>(op: i32, reverse: bool, outer: i32, n: i32, inner: i32, a: usize, z: usize, c: usize): void {
  if (op == Scan.cumsum) scan<T>(Scan.cumsum, reverse, outer, n, inner, a, z, c);
  else if (op == Scan.cumprod) scan<T>(Scan.cumprod, reverse, outer, n, inner, a, z, c);
  else scan<T>(Scan.linearRecurrence, reverse, outer, n, inner, a, z, c);
}

/** Computes c = the running sum or product of a [outer, n, inner], or y_i = a_i + z_i y_(i - 1), in float32; op is a code of `scan`. */
export function scan32(op: i32, reverse: bool, outer: i32, n: i32, inner: i32, a: usize, z: usize, c: usize): void {
  scanBy<f32>(op, reverse, outer, n, inner, a, z, c);
}

/** Computes c = the running sum or product of a [outer, n, inner], or y_i = a_i + z_i y_(i - 1), in float64; op is a code of `scan`. */
export function scan64(op: i32, reverse: bool, outer: i32, n: i32, inner: i32, a: usize, z: usize, c: usize): void {
  scanBy<f64>(op, reverse, outer, n, inner, a, z, c);
}

/** Writes the running extremes of one line of contiguous elements, and their positions. */
// @ts-ignore: decorator
@inline
function lineExtremes<T>(smallest: bool, n: i32, a: usize, values: usize, indices: usize): void {
  let last = load<T>(a), at = 0;
  for (let k = 0; k < n; k++) {
    const x = load<T>(a + <usize>k * sizeof<T>());
    if ((smallest ? x <= last : x >= last) || x != x) {
      last = x;
      at = k;
    }
    store<T>(values + <usize>k * sizeof<T>(), last);
    store<i32>(indices + (<usize>k << 2), at);
  }
}

/** Writes the running extremes and their positions. Of equal elements the last one counts, and NaN counts as the extreme. */
// @ts-ignore: decorator
@inline
function extremes<T>(smallest: bool, outer: i32, n: i32, inner: usize, a: usize, values: usize, indices: usize): void {
  if (inner == 1) {
    const line = <usize>n * sizeof<T>(), places = <usize>n << 2;
    for (let o: usize = 0; o < <usize>outer; o++) lineExtremes<T>(smallest, n, a + o * line, values + o * line, indices + o * places);
    return;
  }
  for (let o = 0; o < outer; o++)
    for (let k = 0; k < n; k++) {
      const before = values - inner * sizeof<T>(), beforeIndex = indices - (inner << 2);
      for (let i: usize = 0; i < inner; i++) {
        const x = load<T>(a + i * sizeof<T>());
        const last = k == 0 ? x : load<T>(before + i * sizeof<T>());
        const wins = k == 0 || x != x || (smallest ? x <= last : x >= last);
        store<T>(values + i * sizeof<T>(), wins ? x : last);
        store<i32>(indices + (i << 2), wins ? k : load<i32>(beforeIndex + (i << 2)));
      }
      a += inner * sizeof<T>();
      values += inner * sizeof<T>();
      indices += inner << 2;
    }
}

/** Computes the running maxima or minima of a [outer, n, inner] over n and their positions as int32, in float32. */
export function scanExtremes32(smallest: bool, outer: i32, n: i32, inner: usize, a: usize, values: usize, indices: usize): void {
  if (smallest) extremes<f32>(true, outer, n, inner, a, values, indices);
  else extremes<f32>(false, outer, n, inner, a, values, indices);
}

/** Computes the running maxima or minima of a [outer, n, inner] over n and their positions as int32, in float64. */
export function scanExtremes64(smallest: bool, outer: i32, n: i32, inner: usize, a: usize, values: usize, indices: usize): void {
  if (smallest) extremes<f64>(true, outer, n, inner, a, values, indices);
  else extremes<f64>(false, outer, n, inner, a, values, indices);
}
