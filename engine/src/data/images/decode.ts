/** Image files of any known format as the elements of a tensor [channels, height, width]. */
import { ArgumentError } from "../../tensor/errors.ts";
import { decodeJpeg, isJpeg } from "./jpeg.ts";
import { type ImageMode, inMode, type Pixels, resized, writePlanes } from "./pixels.ts";
import { decodePng, isPng } from "./png.ts";

/** Options of `decodeImage` and `readImage`. */
export interface ImageOptions {
  /** Channels of the result; by default those of the file. */
  readonly mode?: ImageMode;
  /** Height and width that the image is brought to, by bilinear interpolation with antialiasing; by default those of the file. */
  readonly size?: readonly [height: number, width: number];
  /** The most pixels that a header may claim; 2^26 by default. */
  readonly maxPixels?: number;
}

/** The elements of an image: bytes, or integers up to 65535 of files with 16 bits. */
export interface Planes {
  readonly data: Uint8Array | Int32Array;
  readonly shape: readonly [channels: number, height: number, width: number];
}

/** Throws for options that no image can have. */
export function checkImageOptions(op: string, { size, maxPixels = 1 }: ImageOptions): void {
  if (size !== undefined && (size.length !== 2 || size.some((n) => !Number.isInteger(n) || n < 1)))
    throw new ArgumentError(
      op,
      `size must be a height and a width, both positive integers, but got [${size.join(", ")}]`,
    );
  if (!(maxPixels >= 1)) throw new ArgumentError(op, `maxPixels must be at least 1, but got ${maxPixels}`);
}

/** Returns the pixels of a PNG or JPEG file in a mode and size. @throws ArgumentError for files of other formats, and for malformed ones. */
export function pixelsOf(
  op: string,
  file: Uint8Array,
  { mode = "unchanged", size, maxPixels = 2 ** 26 }: ImageOptions,
): Pixels {
  const decode = isPng(file) ? decodePng : isJpeg(file) ? decodeJpeg : null;
  if (decode === null)
    throw new ArgumentError(
      op,
      file.length === 0
        ? "the file is empty"
        : "expected a PNG or JPEG file, but it begins as neither; convert it to one of them",
    );
  const pixels = inMode(decode(op, file, maxPixels), mode);
  return size === undefined ? pixels : resized(pixels, ...size);
}

/** Returns the channels of an image one after the other. */
export function planesOf(pixels: Pixels): Planes {
  const { channels, height, width } = pixels;
  const n = channels * height * width;
  const data = pixels.data instanceof Uint16Array ? new Int32Array(n) : new Uint8Array(n);
  writePlanes(pixels, data, 0);
  return { data, shape: [channels, height, width] };
}
