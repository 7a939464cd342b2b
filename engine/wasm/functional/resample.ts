/** A sparse matrix applied along one dimension of [outer, n, inner]. */

/** Computes one row of the result, of `inner` elements: the entries from `first` up to `end` times the rows of x in their columns. */
// @ts-ignore: decorator
@inline
function combineRows<T>(first: i32, end: i32, inner: i32, columns: usize, weights: usize, x: usize, y: usize): void {
  const size = <i32>sizeof<T>();
  const perVector = 16 / size;
  let at = 0;
  for (; at + perVector <= inner; at += perVector) {
    let sum = i32x4.splat(0);
    for (let k = first; k < end; k++) {
      const from = x + <usize>(load<i32>(columns + (<usize>k << 2)) * inner + at) * size;
      sum = v128.add<T>(sum, v128.mul<T>(v128.splat<T>(<T>load<f64>(weights + (<usize>k << 3))), v128.load(from)));
    }
    v128.store(y + <usize>at * size, sum);
  }
  for (; at < inner; at++) {
    let sum: f64 = 0;
    for (let k = first; k < end; k++) {
      const from = x + <usize>(load<i32>(columns + (<usize>k << 2)) * inner + at) * size;
      sum += load<f64>(weights + (<usize>k << 3)) * <f64>load<T>(from);
    }
    store<T>(y + <usize>at * size, <T>sum);
  }
}

/** Computes a line of `rows` elements of the result from a line of x, where the dimension is the last one. */
// @ts-ignore: decorator
@inline
function combineElements<T>(rows: i32, starts: usize, columns: usize, weights: usize, x: usize, y: usize): void {
  const size = sizeof<T>();
  let k = load<i32>(starts);
  for (let i = 0; i < rows; i++) {
    const end = load<i32>(starts + (<usize>i << 2), 4);
    let sum: f64 = 0;
    for (; k < end; k++)
      sum += load<f64>(weights + (<usize>k << 3)) * <f64>load<T>(x + <usize>load<i32>(columns + (<usize>k << 2)) * size);
    store<T>(y + <usize>i * size, <T>sum);
  }
}

/** Applies the matrix, in compressed rows, to each of `outer` parts [n, inner] of x. */
// @ts-ignore: decorator
@inline
function apply<T>(
  outer: i32, n: i32, inner: i32, rows: i32, starts: usize, columns: usize, weights: usize, x: usize, y: usize,
): void {
  const size = sizeof<T>();
  for (let o = 0; o < outer; o++) {
    if (inner == 1) combineElements<T>(rows, starts, columns, weights, x, y);
    else
      for (let i = 0; i < rows; i++) {
        const first = load<i32>(starts + (<usize>i << 2)), end = load<i32>(starts + (<usize>i << 2), 4);
        combineRows<T>(first, end, inner, columns, weights, x, y + <usize>(i * inner) * size);
      }
    x += <usize>(n * inner) * size;
    y += <usize>(rows * inner) * size;
  }
}

/** Applies a sparse matrix along a dimension in float32. */
export function resample32(
  outer: i32, n: i32, inner: i32, rows: i32, starts: usize, columns: usize, weights: usize, x: usize, y: usize,
): void {
  apply<f32>(outer, n, inner, rows, starts, columns, weights, x, y);
}

/** Applies a sparse matrix along a dimension in float64. */
export function resample64(
  outer: i32, n: i32, inner: i32, rows: i32, starts: usize, columns: usize, weights: usize, x: usize, y: usize,
): void {
  apply<f64>(outer, n, inner, rows, starts, columns, weights, x, y);
}
