/** Converts numbers to a picture. */
import { createRequire } from "node:module";
import type { NumberGrid } from "./numbers.ts";

const require = createRequire(import.meta.url);

/** Size up to which pictures are enlarged, by whole factors, so that pixels stay square. */
const smallest = 160;

interface Layout {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Returns the offset of a value. */
  readonly at: (row: number, column: number, channel: number) => number;
}

const isChannels = (n: number | undefined): n is 1 | 3 | 4 => n === 1 || n === 3 || n === 4;

/** Returns the layout of shape [H, W], [C, H, W] (PyTorch) or [H, W, C] (image files). */
function layoutOf(shape: readonly number[]): Layout {
  const [a = 0, b = 0, c = 0] = shape;
  if (shape.length === 2) return { height: a, width: b, channels: 1, at: (row, column) => row * b + column };
  if (shape.length === 3 && isChannels(a))
    return { height: b, width: c, channels: a, at: (row, column, channel) => (channel * b + row) * c + column };
  if (shape.length === 3 && isChannels(c))
    return { height: a, width: b, channels: c, at: (row, column, channel) => (row * b + column) * c + channel };
  throw new TypeError(
    `plot.image: expected shape [H, W], [C, H, W] or [H, W, C] with 1, 3 or 4 channels, but got [${shape.join(", ")}]`,
  );
}

/** Returns the values that are black and white: 0 and 1, or 0 and 255 if a value exceeds 1, or the extremes if values lie outside of both. */
function rangeOf(values: readonly number[]): readonly [number, number] {
  const low = values.reduce((a, v) => Math.min(a, v), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, v) => Math.max(a, v), Number.NEGATIVE_INFINITY);
  if (low >= 0 && high <= 1) return [0, 1];
  return low >= 0 && high <= 255 ? [0, 255] : [low, high];
}

/** Width and brightness of the frame, which is visible on light and dark pages. */
const border = 1;
const grey = 128;

/** Returns a PNG and its size, frame included. */
export function pngOfNumbers({ shape, values }: NumberGrid): {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
} {
  const { height, width, channels, at } = layoutOf(shape);
  if (height === 0 || width === 0)
    throw new TypeError(`plot.image: there is nothing to see in shape [${shape.join(", ")}]`);
  const [low, high] = rangeOf(values);
  const scale = Math.max(1, Math.ceil(smallest / Math.max(height, width)));
  const across = width * scale + 2 * border;
  const down = height * scale + 2 * border;
  const data = new Uint8Array(down * across * channels);
  let next = 0;
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) {
      const [row, column] = [Math.floor((y - border) / scale), Math.floor((x - border) / scale)];
      const framed = row < 0 || row >= height || column < 0 || column >= width;
      for (let channel = 0; channel < channels; channel++) {
        if (framed) data[next++] = channel === 3 ? 255 : grey;
        else {
          const v = values[at(row, column, channel)] as number;
          data[next++] = Math.round((255 * (Math.min(Math.max(v, low), high) - low)) / (high - low || 1)) || 0;
        }
      }
    }
  // loaded when the first picture is shown
  const { encode } = require("fast-png") as typeof import("fast-png");
  return { png: encode({ width: across, height: down, data, channels, depth: 8 }), width: across, height: down };
}
