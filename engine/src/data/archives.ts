/** Compressed files, which are unpacked only if what they claim to hold is possible. */
import { gunzipSync, unzipSync } from "fflate";
import { ArgumentError } from "../tensor/errors.ts";

/** The most bytes that a byte of deflated data can stand for. */
const maxRatio = 1032;

/** Whether `size` bytes can have been compressed to `compressed` bytes. */
const isPossible = (size: number, compressed: number): boolean => size <= maxRatio * compressed;

/** Returns the bytes of a file, unpacked if it was compressed by gzip. @throws ArgumentError for malformed compressed files. */
export function gunzipped(op: string, file: Uint8Array): Uint8Array {
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file;
  // the last four bytes are the length of the unpacked file
  const size =
    file.length < 18 ? Infinity : new DataView(file.buffer, file.byteOffset + file.length - 4, 4).getUint32(0, true);
  if (!isPossible(size, file.length))
    throw new ArgumentError(op, "the file is malformed: its compressed length is impossible");
  try {
    return gunzipSync(file);
  } catch {
    throw new ArgumentError(op, "the file is malformed: it is no valid gzip file");
  }
}

/** Returns the files of a zip archive by name. @throws ArgumentError for malformed archives. */
export function unzipped(op: string, archive: Uint8Array): Map<string, Uint8Array> {
  const impossible = new ArgumentError(op, "the file is malformed: the lengths in its archive are impossible");
  let [total, compressed] = [0, 0];
  try {
    return new Map(
      Object.entries(
        unzipSync(archive, {
          filter({ size, originalSize, compression }) {
            total += originalSize;
            compressed += size;
            const fits = compression === 0 ? size === originalSize : isPossible(originalSize, size);
            if (!fits || compressed > archive.length || !isPossible(total, archive.length)) throw impossible;
            return true;
          },
        }),
      ),
    );
  } catch (error) {
    throw error === impossible ? error : new ArgumentError(op, "the file is malformed: it is no valid zip archive");
  }
}
