/** Byte order of numbers. */

/** Returns big-endian numbers of `width` bytes as little-endian ones, in a copy. */
export function littleEndian(bytes: Uint8Array, width: number): Uint8Array {
  const copy = bytes.slice();
  for (let i = 0; i + width <= copy.length; i += width) copy.subarray(i, i + width).reverse();
  return copy;
}
