/** Decoded images as plain arrays, which pass between threads. */
import { ArgumentError } from "../../tensor/errors.ts";

/**
 * Channels of an image: `gray`, `grayAlpha`, `rgb`, `rgba`, or `unchanged` for those of the file.
 */
export type ImageMode = "unchanged" | "gray" | "grayAlpha" | "rgb" | "rgba";

/** Pixels of an image, row by row, with the channels of each pixel side by side. */
export interface Pixels {
  /** Values up to 255, or up to 65535 in a Uint16Array. */
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 2 for grey and alpha, 3 for red, green and blue, 4 with alpha. */
  readonly channels: number;
}

/** Number of channels of each mode. */
const channelsOf: Readonly<Record<Exclude<ImageMode, "unchanged">, number>> = {
  gray: 1,
  grayAlpha: 2,
  rgb: 3,
  rgba: 4,
};

/** Throws for an image with more pixels than the limit, or without any. */
export function checkPixels(op: string, width: number, height: number, maxPixels: number): void {
  if (width === 0 || height === 0)
    throw new ArgumentError(op, `the file is malformed: its header has the size ${width} x ${height}`);
  if (width * height > maxPixels)
    throw new ArgumentError(
      op,
      `the header claims ${width} x ${height} pixels, more than the limit of ${maxPixels}; raise it by { maxPixels } for a file that you trust`,
    );
}

const emptyLike = ({ data }: Pixels, length: number): Uint8Array | Uint16Array =>
  data instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);

/** Luma by ITU-R 601 in fixed-point arithmetic, as in Pillow. */
const luma = (r: number, g: number, b: number): number =>
  Math.floor((19595 * r + 38470 * g + 7471 * b + 0x8000) / 65536);

/** Returns an image with the channels of a mode. Alpha that is not wanted is dropped, without blending; alpha that is missing becomes opaque. */
export function inMode(pixels: Pixels, mode: ImageMode): Pixels {
  const channels = mode === "unchanged" ? pixels.channels : channelsOf[mode];
  if (channels === pixels.channels) return pixels;
  const { data, width, height, channels: from } = pixels;
  const out = emptyLike(pixels, width * height * channels);
  const opaque = data instanceof Uint16Array ? 65535 : 255;
  const isColour = from >= 3;
  const hasAlpha = from % 2 === 0;
  for (let p = 0, q = 0, n = width * height; n > 0; n--, p += from, q += channels) {
    if (channels >= 3) for (let c = 0; c < 3; c++) out[q + c] = data[isColour ? p + c : p];
    else out[q] = isColour ? luma(data[p], data[p + 1], data[p + 2]) : data[p];
    if (channels % 2 === 0) out[q + channels - 1] = hasAlpha ? data[p + from - 1] : opaque;
  }
  return { data: out, width, height, channels };
}

/** Weights of the source pixels of one row or column of the result. */
interface Window {
  readonly start: number;
  readonly weights: readonly number[];
}

/** Returns the windows of a triangle filter, which is widened where the image shrinks (bilinear with antialiasing, as in Pillow and torchvision). */
function triangleWindows(from: number, to: number): readonly Window[] {
  const scale = from / to;
  const support = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(from, Math.floor(centre + support + 0.5));
    const raw = Array.from({ length: end - start }, (__, k) =>
      Math.max(0, 1 - Math.abs((start + k + 0.5 - centre) / support)),
    );
    const total = raw.reduce((a, b) => a + b, 0);
    return { start, weights: raw.map((w) => w / total) };
  });
}

/** Returns an image of another size, by bilinear interpolation with antialiasing. */
export function resized(pixels: Pixels, height: number, width: number): Pixels {
  if (pixels.width === width && pixels.height === height) return pixels;
  const { channels: c } = pixels;
  const columns = triangleWindows(pixels.width, width);
  const rows = triangleWindows(pixels.height, height);
  const across = new Float32Array(pixels.height * width * c);
  for (let y = 0, q = 0; y < pixels.height; y++)
    for (const { start, weights } of columns)
      for (let k = 0; k < c; k++, q++) {
        let sum = 0;
        let p = (y * pixels.width + start) * c + k;
        for (const w of weights) {
          sum += w * pixels.data[p];
          p += c;
        }
        across[q] = sum;
      }
  const data = emptyLike(pixels, height * width * c);
  const line = width * c;
  const sums = new Float64Array(line);
  rows.forEach(({ start, weights }, y) => {
    sums.fill(0);
    weights.forEach((w, r) => {
      const p = (start + r) * line;
      for (let x = 0; x < line; x++) sums[x] += w * across[p + x];
    });
    for (let x = 0; x < line; x++) data[y * line + x] = Math.round(sums[x]);
  });
  return { data, width, height, channels: c };
}

/** Writes the channels of an image one after the other into `out`, from index `at`. */
export function writePlanes({ data, width, height, channels }: Pixels, out: Uint8Array | Int32Array, at: number): void {
  const n = width * height;
  for (let c = 0; c < channels; c++)
    for (let i = 0, p = c, q = at + c * n; i < n; i++, p += channels) out[q + i] = data[p];
}
