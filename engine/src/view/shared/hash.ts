/** Hashes of texts, by which a view finds a cell again and sees that it has changed. */

/** Returns a hash of 53 bits in hexadecimal digits (cyrb53), the same in the kernel and in the browser. White space at the ends of the text does not count. */
export function textHash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const unit of text.trim()) {
    const code = unit.codePointAt(0) as number;
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(16);
}
