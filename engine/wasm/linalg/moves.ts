/** Transposed copies and exchanges of rows. Strides are in elements. */

/** Copies a matrix [m, n] to its transpose, in tiles that stay in the cache. */
export function copyTransposed<T>(m: i32, n: i32, from: usize, fromRow: usize, to: usize, toRow: usize): void {
  const size = sizeof<T>(), tile = 16;
  for (let i0 = 0; i0 < m; i0 += tile)
    for (let j0 = 0; j0 < n; j0 += tile) {
      const rows = min(i0 + tile, m), columns = min(j0 + tile, n);
      for (let i = i0; i < rows; i++) {
        let p = from + (<usize>i * fromRow + <usize>j0) * size, q = to + (<usize>j0 * toRow + <usize>i) * size;
        for (let j = j0; j < columns; j++) {
          store<T>(q, load<T>(p));
          p += size;
          q += toRow * size;
        }
      }
    }
}

/** Copies rows of n elements between matrices whose rows have other distances. */
export function copyRows<T>(m: i32, n: i32, from: usize, fromRow: usize, to: usize, toRow: usize): void {
  const size = sizeof<T>();
  for (let i = 0; i < m; i++) memory.copy(to + <usize>i * toRow * size, from + <usize>i * fromRow * size, <usize>n * size);
}

/** Exchanges two rows of `bytes` bytes. */
// @ts-ignore: decorator
@inline
function swapBytes(p: usize, q: usize, bytes: usize): void {
  const end = p + bytes;
  while (p + 16 <= end) {
    const v = v128.load(p);
    v128.store(p, v128.load(q));
    v128.store(q, v);
    p += 16;
    q += 16;
  }
  for (; p < end; p += 4, q += 4) {
    const v = load<u32>(p);
    store<u32>(p, load<u32>(q));
    store<u32>(q, v);
  }
}

/** Exchanges rows of n elements as `count` pivots say, which count rows from `base`; in reverse order to undo it. */
export function exchangeRows<T>(count: i32, n: i32, a: usize, row: usize, pivots: usize, base: i32, reverse: bool): void {
  const size = sizeof<T>();
  for (let step = 0; step < count; step++) {
    const i = reverse ? count - 1 - step : step;
    const j = load<i32>(pivots + (<usize>i << 2)) - base;
    if (i != j) swapBytes(a + <usize>i * row * size, a + <usize>j * row * size, <usize>n * size);
  }
}

/** Exchanges rows of n elements of float32 as pivots say that count from 1. */
export function exchange32(count: i32, n: i32, a: usize, pivots: usize, reverse: bool): void {
  exchangeRows<f32>(count, n, a, n, pivots, 1, reverse);
}

/** Exchanges rows of n elements of float64 as pivots say that count from 1. */
export function exchange64(count: i32, n: i32, a: usize, pivots: usize, reverse: bool): void {
  exchangeRows<f64>(count, n, a, n, pivots, 1, reverse);
}
