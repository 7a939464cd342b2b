/** Paths by which the debugger names cells: a hash of the text in a temporary folder, as ipykernel has them, so that front ends can compute them too. */
import { tmpdir } from "node:os";
import { join, resolve, sep } from "node:path";

/** Seed of the hash. */
export const hashSeed = 0xc70f6907;

/** End of the path of each cell. */
export const pathSuffix = ".ts";

const multiplier = 0x5bd1e995;

const encoder = new TextEncoder();

/** Returns the MurmurHash2 (32 bits) of the UTF-8 bytes of a text. */
export function murmur2(text: string, seed: number): number {
  const bytes = encoder.encode(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let hash = seed ^ bytes.length;
  for (let i = 0; i < whole; i += 4) {
    let word = Math.imul(view.getInt32(i, true), multiplier);
    word = Math.imul(word ^ (word >>> 24), multiplier);
    hash = Math.imul(hash, multiplier) ^ word;
  }
  for (let i = bytes.length - 1; i >= whole; i--) hash ^= (bytes[i] ?? 0) << (8 * (i - whole));
  if (whole < bytes.length) hash = Math.imul(hash, multiplier);
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/**
 * Returns the beginning of the path of each cell of a kernel. It depends on the connection file, and not on the process, so that breakpoints stay where they
 * are when the kernel is restarted. JupyterLab shows "Cell [3]" in place of a path only if the path contains "ipykernel_".
 */
export const pathPrefixOf = (connectionFile: string): string =>
  join(tmpdir(), `tapelab_ipykernel_${murmur2(resolve(connectionFile), hashSeed)}`) + sep;

/** Returns the path of a cell with a text. */
export const cellPath = (prefix: string, code: string): string => `${prefix}${murmur2(code, hashSeed)}${pathSuffix}`;
