/** Images to tensors and back. */
import { readBytes, writeBytes } from "../../platform/files.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { parsed } from "../parsed.ts";
import { checkImageOptions, type ImageOptions, pixelsOf, planesOf } from "./decode.ts";
import { encodeJpegPixels } from "./jpeg.ts";
import { inMode, type Pixels } from "./pixels.ts";
import { encodePixels } from "./png.ts";

/**
 * Returns the image of a PNG or JPEG file as uint8 [channels, height, width], or int32 up to 65535 for files with 16 bits. Palettes become colours. Sizes and
 * lengths in the
 * file are checked before it is decoded. JPEG's colours are interpolated without smoothing, so that they may differ slightly from those of other decoders; a
 * rotation in its
 * metadata is not applied.
 * @throws ArgumentError for files of other formats, for malformed ones, and for more than `maxPixels` pixels.
 * @example data.decodeImage(data.encodePng(zeros([3, 4, 5], { dtype: "uint8" }))).shape; // [3, 4, 5]
 */
export function decodeImage(file: Uint8Array, options: ImageOptions = {}): Tensor {
  checkImageOptions("decodeImage", options);
  const { data, shape } = planesOf(pixelsOf("decodeImage", file, options));
  return fromArray(data, data instanceof Int32Array ? "int32" : "uint8", shape);
}

/** Returns the pixels of a tensor [channels, height, width]. @throws ShapeError, DTypeError or ArgumentError for a tensor that is no image. */
function pixelsOfTensor(op: string, image: Tensor, channels: readonly number[]): Pixels {
  if (image.ndim !== 3 || !channels.includes(image.shape[0]) || image.shape[1] === 0 || image.shape[2] === 0)
    throw new ShapeError(op, `expected an image [channels, height, width] with ${channels.join(" or ")} channels`, [
      image.shape,
    ]);
  if (image.dtype !== "uint8" && image.dtype !== "int32")
    throw new DTypeError(op, 'expected uint8 from 0 to 255, as x.mul(255).round().to("uint8"), or int32 up to 65535', [
      image.dtype,
    ]);
  const [c, height, width] = image.shape;
  const planes = contiguousArray(image);
  const wide = image.dtype === "int32";
  const wrong = wide ? planes.find((v) => v < 0 || v > 65535) : undefined;
  if (wrong !== undefined)
    throw new ArgumentError(op, `an image of int32 has values from 0 to 65535, but got ${wrong}`);
  const n = height * width;
  const data = wide ? new Uint16Array(c * n) : new Uint8Array(c * n);
  for (let i = 0; i < n; i++) for (let k = 0; k < c; k++) data[i * c + k] = planes[k * n + i];
  return { data, width, height, channels: c };
}

/**
 * Returns an image [channels, height, width] as a PNG file: grey, grey and alpha, RGB, or RGB and alpha. int32 with values up to 65535 is stored with 16 bits.
 * @throws ShapeError for another shape; DTypeError unless the dtype is uint8 or int32; ArgumentError for int32 out of range.
 * @example data.decodeImage(data.encodePng(ones([1, 1, 2], { dtype: "uint8" }))).toArray(); // [[[1, 1]]]
 */
export const encodePng = (image: Tensor): Uint8Array => encodePixels(pixelsOfTensor("encodePng", image, [1, 2, 3, 4]));

/** Options of `encodeJpeg` and `writeJpeg`. */
export interface JpegOptions {
  /** From 1, the smallest file, to 100; 75 by default. */
  readonly quality?: number;
}

/**
 * Returns an image uint8 [channels, height, width], grey or RGB, as a JPEG file.
 * @throws ShapeError for another shape; DTypeError unless the dtype is uint8; ArgumentError for a quality out of range.
 * @example data.decodeImage(data.encodeJpeg(zeros([3, 8, 8], { dtype: "uint8" }))).shape; // [3, 8, 8]
 */
export function encodeJpeg(image: Tensor, { quality = 75 }: JpegOptions = {}): Uint8Array {
  if (image.dtype !== "uint8") throw new DTypeError("encodeJpeg", "expected uint8", [image.dtype]);
  if (!Number.isInteger(quality) || quality < 1 || quality > 100)
    throw new ArgumentError("encodeJpeg", `quality must be an integer from 1 to 100, but got ${quality}`);
  const pixels = pixelsOfTensor("encodeJpeg", image, [1, 3]);
  if (pixels.width > 65535 || pixels.height > 65535)
    throw new ShapeError("encodeJpeg", "JPEG has at most 65535 rows and columns", [image.shape]);
  return encodeJpegPixels(inMode(pixels, "rgb"), quality);
}

/**
 * Returns the image of a PNG or JPEG file or URL, as `decodeImage` does.
 * @throws ArgumentError as `decodeImage` does, with the name of the file; Error if the file cannot be read.
 * @example
 * await data.writePng("dot.png", ones([1, 1, 1], { dtype: "uint8" }));
 * (await data.readImage("dot.png", { mode: "rgb" })).shape; // [3, 1, 1]
 */
export const readImage = async (path: string, options: ImageOptions = {}): Promise<Tensor> =>
  parsed(path, await readBytes(path), (bytes) => decodeImage(bytes, options));

/**
 * Writes an image to a PNG file, which is replaced as a whole.
 * @throws ShapeError, DTypeError and ArgumentError as `encodePng` does; Error if the file cannot be written.
 * @example await data.writePng("dot.png", ones([1, 1, 1], { dtype: "uint8" }));
 */
export const writePng = (path: string, image: Tensor): Promise<void> => writeBytes(path, encodePng(image));

/**
 * Writes an image to a JPEG file, which is replaced as a whole.
 * @throws ShapeError, DTypeError and ArgumentError as `encodeJpeg` does; Error if the file cannot be written.
 * @example await data.writeJpeg("dot.jpg", ones([3, 1, 1], { dtype: "uint8" }));
 */
export const writeJpeg = (path: string, image: Tensor, options: JpegOptions = {}): Promise<void> =>
  writeBytes(path, encodeJpeg(image, options));
