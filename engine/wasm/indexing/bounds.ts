/** Bounds of indices. */

/** Returns the position of the first index outside of [0, entries), or -1. */
export function outside(n: i32, entries: i32, index: usize): i32 {
  for (let i = 0; i < n; i++) if (<u32>load<i32>(index + (<usize>i << 2)) >= <u32>entries) return i;
  return -1;
}
