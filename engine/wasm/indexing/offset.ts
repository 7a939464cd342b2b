/** Indices in memory as byte offsets. */

/** Returns the byte offset of the element that an index in memory stands for. */
// @ts-ignore: decorator
@inline
export function offsetAt<T>(index: usize): usize {
  return <usize>load<i32>(index) * sizeof<T>();
}
