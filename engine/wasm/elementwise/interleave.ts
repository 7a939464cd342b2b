/** Complex numbers from their parts. */

/** Stores float32 of two arrays in turn. */
export function interleave32(n: usize, re: usize, im: usize, to: usize): void {
  for (let i: usize = 0; i < n << 2; i += 16) {
    const x = v128.load(re + i), z = v128.load(im + i);
    v128.store(to + 2 * i, i32x4.shuffle(x, z, 0, 4, 1, 5));
    v128.store(to + 2 * i, i32x4.shuffle(x, z, 2, 6, 3, 7), 16);
  }
}

/** Stores float64 of two arrays in turn. */
export function interleave64(n: usize, re: usize, im: usize, to: usize): void {
  for (let i: usize = 0; i < n << 3; i += 16) {
    const x = v128.load(re + i), z = v128.load(im + i);
    v128.store(to + 2 * i, i64x2.shuffle(x, z, 0, 2));
    v128.store(to + 2 * i, i64x2.shuffle(x, z, 1, 3), 16);
  }
}
