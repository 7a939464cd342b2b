/** Positions of the elements that are not 0, and their coordinates. */

/** Stores the positions of the elements that are not 0, and returns their number. The next place is written in any case, as a branch would be predicted badly. */
// @ts-ignore: decorator
@inline
function positions<T>(n: i32, from: usize, to: usize): i32 {
  const first = to;
  for (let i = 0; i < n; i++) {
    store<i32>(to, i);
    to += <usize>(load<T>(from + <usize>i * sizeof<T>()) != (0 as T)) << 2;
  }
  return <i32>((to - first) >> 2);
}

export function bytePositions(n: i32, from: usize, to: usize): i32 {
  return positions<u8>(n, from, to);
}

export function int32Positions(n: i32, from: usize, to: usize): i32 {
  return positions<i32>(n, from, to);
}

export function int64Positions(n: i32, from: usize, to: usize): i32 {
  return positions<i64>(n, from, to);
}

/** Stores the positions of float32 that are not 0, four at once where all or none are. */
export function float32Positions(n: i32, from: usize, to: usize): i32 {
  const first = to, zero = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const p = from + (<usize>i << 2);
    const mask = i32x4.bitmask(f32x4.ne(v128.load(p), zero));
    if (mask == 15) {
      v128.store(to, i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3)));
      to += 16;
    } else if (mask != 0)
      for (let k = 0; k < 4; k++) {
        store<i32>(to, i + k);
        to += <usize>((mask >> k) & 1) << 2;
      }
  }
  for (; i < n; i++) {
    store<i32>(to, i);
    to += <usize>(load<f32>(from + (<usize>i << 2)) != 0) << 2;
  }
  return <i32>((to - first) >> 2);
}

export function float64Positions(n: i32, from: usize, to: usize): i32 {
  return positions<f64>(n, from, to);
}

/** Stores rows and columns of rising positions in a matrix of so many columns, as int64. */
export function matrixCoordinates(count: i32, at: usize, columns: i32, to: usize): void {
  // the row of the last position, and the positions of its ends
  let row: i64 = 0, start = 0, end = columns;
  for (let k = 0; k < count; k++) {
    const p = load<i32>(at + (<usize>k << 2));
    if (p >= end) {
      const r = p / columns;
      row = r;
      start = r * columns;
      end = start + columns;
    }
    store<i64>(to + (<usize>k << 4), row);
    store<i64>(to + (<usize>k << 4), <i64>(p - start), 8);
  }
}

/** Stores the coordinates of rising positions along one dimension, of `size` elements `stride` apart, as int64 that are `step` bytes apart. */
export function coordinatesAlong(count: i32, at: usize, size: i32, stride: i32, to: usize, step: usize): void {
  let index: i64 = 0, end = stride;
  for (let k = 0; k < count; k++, to += step) {
    const p = load<i32>(at + (<usize>k << 2));
    if (p >= end) {
      const quotient = p / stride;
      end = (quotient + 1) * stride;
      index = quotient % size;
    }
    store<i64>(to, index);
  }
}
