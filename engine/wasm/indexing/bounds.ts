/** Bounds of indices. */

/** Returns the position of the first index outside of [0, entries), or -1. */
export function outside(n: i32, entries: i32, index: usize): i32 {
  const limit = i32x4.splat(entries);
  let i = 0;
  while (i + 4 <= n && !v128.any_true(i32x4.ge_u(v128.load(index + (<usize>i << 2)), limit))) i += 4;
  for (; i < n; i++) if (<u32>load<i32>(index + (<usize>i << 2)) >= <u32>entries) return i;
  return -1;
}
