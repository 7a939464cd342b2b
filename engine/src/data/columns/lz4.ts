/** LZ4: blocks, and frames of them (github.com/lz4/lz4, lz4_Block_format.md and lz4_Frame_format.md). */

const frameMagic = 0x184d2204;

const malformed = (at: number, why: string): Error => new Error(`LZ4 data are malformed at byte ${at}: ${why}`);

/**
 * Unpacks a block to `out`, from `at` on; matches may reach back to its beginning. Returns the position behind the last byte.
 * @throws Error for malformed blocks.
 */
export function unpackBlock(block: Uint8Array, out: Uint8Array, at: number): number {
  let i = 0;
  const lengthAt = (nibble: number): number => {
    let length = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; length += byte) {
      if (i >= block.length) throw malformed(i, "it ends within a length");
      byte = block[i++];
    }
    return length;
  };
  while (i < block.length) {
    const token = block[i++];
    const literals = lengthAt(token >> 4);
    if (i + literals > block.length || at + literals > out.length)
      throw malformed(i, `${literals} literals do not fit`);
    out.set(block.subarray(i, i + literals), at);
    i += literals;
    at += literals;
    // the last sequence has literals alone
    if (i === block.length) break;
    const distance = block[i] | (block[i + 1] << 8);
    i += 2;
    const length = lengthAt(token & 15) + 4;
    if (i > block.length || distance === 0 || distance > at)
      throw malformed(i, `a match begins ${distance} bytes back`);
    if (at + length > out.length) throw malformed(i, `a match of ${length} bytes does not fit`);
    for (let k = 0; k < length; k++, at++) out[at] = out[at - distance];
  }
  return at;
}

/** Returns the `size` bytes of a frame. @throws Error for malformed frames, and for frames of another size. */
export function unpackFrame(frame: Uint8Array, size: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 15 || view.getUint32(0, true) !== frameMagic) throw malformed(0, "it is no frame");
  const flags = frame[4];
  const hasBlockChecksums = (flags & 0x10) !== 0;
  // magic, flags, block size, checksum of the header, and two fields that may be missing
  let i = 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4);
  const out = new Uint8Array(size);
  let at = 0;
  for (;;) {
    if (i + 4 > frame.length) throw malformed(i, "it ends within a frame");
    const word = view.getUint32(i, true);
    i += 4;
    if (word === 0) break;
    const length = word & 0x7fffffff;
    if (i + length > frame.length)
      throw malformed(i, `a block claims ${length} bytes, but ${frame.length - i} are left`);
    const block = frame.subarray(i, i + length);
    if (word >>> 31 === 0) at = unpackBlock(block, out, at);
    else {
      if (at + length > size) throw malformed(i, "its blocks do not fit");
      out.set(block, at);
      at += length;
    }
    i += length + (hasBlockChecksums ? 4 : 0);
  }
  if (at !== size) throw malformed(i, `it unpacks to ${at} bytes instead of ${size}`);
  return out;
}
