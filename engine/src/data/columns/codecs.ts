/** Decompression to a known number of bytes. A compressed part never takes more memory than that. */
import { gunzipSync } from "fflate";
import { decompress } from "fzstd";

/** Returns `size` bytes, and throws unless they are as many. */
function checked(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length !== size) throw new Error(`it unpacks to ${bytes.length} bytes instead of ${size}`);
  return bytes;
}

/** Returns the `size` bytes of a part that gzip compressed. @throws Error for malformed parts. */
export function unpackGzip(input: Uint8Array, size: number): Uint8Array {
  if (input.length < 18 || input[0] !== 0x1f || input[1] !== 0x8b) throw new Error("it is no gzip data");
  const claimed = new DataView(input.buffer, input.byteOffset + input.length - 4, 4).getUint32(0, true);
  if (claimed !== size) throw new Error(`its gzip data claim ${claimed} bytes instead of ${size}`);
  return checked(gunzipSync(input, { out: new Uint8Array(size) }), size);
}

/** Returns the bytes that a Zstandard frame needs for the past of its data, from its header (RFC 8878, 3.1.1.1). */
function windowOf(input: Uint8Array): number {
  const magic = (input[0] | (input[1] << 8) | (input[2] << 16) | (input[3] << 24)) >>> 0;
  if (magic !== 0xfd2fb528 || input.length < 9) throw new Error("it is no Zstandard frame");
  const descriptor = input[4];
  if ((descriptor & 0x20) === 0) {
    const base = 2 ** (10 + (input[5] >> 3));
    return base + (base / 8) * (input[5] & 7);
  }
  const at = 5 + [0, 1, 2, 4][descriptor & 3];
  const bytes = [1, 2, 4, 8][descriptor >> 6];
  let size = bytes === 2 ? 256 : 0;
  for (let i = 0; i < bytes; i++) size += input[at + i] * 2 ** (8 * i);
  return size;
}

/** Returns the `size` bytes of a part that Zstandard compressed. @throws Error for malformed parts. */
export function unpackZstd(input: Uint8Array, size: number): Uint8Array {
  const window = windowOf(input);
  // writers choose a window by the level of compression, of 8 MB at most by default
  if (window > Math.max(2 * size, 2 ** 23))
    throw new Error(`its Zstandard frame claims a window of ${window} bytes for ${size}`);
  return checked(decompress(input, new Uint8Array(size)), size);
}
