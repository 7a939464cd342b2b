/** Reading the words of a job by their numbers in `engine/src/fast/abi/jobs`. */

/** Returns a word as an integer. */
// @ts-ignore: decorator
@inline
export function word(words: usize, i: i32): i32 {
  return load<i32>(words + (<usize>i << 2));
}

/** Returns a word as an address or a count without a sign. */
// @ts-ignore: decorator
@inline
export function address(words: usize, i: i32): usize {
  return <usize>load<u32>(words + (<usize>i << 2));
}

/** Returns an address of the words, `offset` bytes on; 0 where the word is 0, for none. */
// @ts-ignore: decorator
@inline
export function addressAt(words: usize, i: i32, offset: usize): usize {
  const a = address(words, i);
  return a == 0 ? 0 : a + offset;
}

/** Returns a word as a float32. */
// @ts-ignore: decorator
@inline
export function float(words: usize, i: i32): f32 {
  return load<f32>(words + (<usize>i << 2));
}

/** Returns two words, of which `i` is the first, as a float64. */
// @ts-ignore: decorator
@inline
export function double(words: usize, i: i32): f64 {
  return load<f64>(words + (<usize>i << 2));
}
