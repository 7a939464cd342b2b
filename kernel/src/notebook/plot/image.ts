/** Converts numbers to pictures. */
import { createRequire } from "node:module";
import type { NumberGrid } from "./numbers.ts";

const require = createRequire(import.meta.url);

/** Size up to which a single picture is enlarged, by whole factors, so that pixels stay square. */
const smallest = 160;

/** Size up to which each of several pictures is enlarged, as far as all of a row fit into `widest`. */
const smallestTile = 48;
const widest = 720;

/** Number of pictures in a row where the caller gives none. */
const defaultColumns = 10;

interface Layout {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Returns the offset of a value. */
  readonly at: (row: number, column: number, channel: number) => number;
}

const isChannels = (n: number | undefined): n is 1 | 3 | 4 => n === 1 || n === 3 || n === 4;

/** Returns the layout of shape [H, W], [C, H, W] (PyTorch) or [H, W, C] (image files), or null for other shapes. */
function layoutOf(shape: readonly number[]): Layout | null {
  const [a = 0, b = 0, c = 0] = shape;
  if (shape.length === 2) return { height: a, width: b, channels: 1, at: (row, column) => row * b + column };
  if (shape.length === 3 && isChannels(a))
    return { height: b, width: c, channels: a, at: (row, column, channel) => (channel * b + row) * c + column };
  if (shape.length === 3 && isChannels(c))
    return { height: a, width: b, channels: c, at: (row, column, channel) => (row * b + column) * c + channel };
  return null;
}

/** Returns the values that are black and white: 0 and 1, or 0 and 255 if a value exceeds 1, or the extremes if values lie outside of both. */
function rangeOf(values: readonly number[]): readonly [number, number] {
  const low = values.reduce((a, v) => Math.min(a, v), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, v) => Math.max(a, v), Number.NEGATIVE_INFINITY);
  if (low >= 0 && high <= 1) return [0, 1];
  return low >= 0 && high <= 255 ? [0, 255] : [low, high];
}

/** Width of the frame of a single picture, and of the lines around and between several. */
const border = 1;
const gap = 4;

/** Brightness of the frame, which is visible on light and dark pages. */
const grey = 128;

/** A PNG and its size, frame included. */
interface Picture {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Arrangement of pictures: their number, that of a row, the size of a pixel, and the width of the lines. */
interface Grid {
  readonly count: number;
  readonly columns: number;
  readonly scale: number;
  readonly line: number;
}

/** Draws pictures of one layout in rows, with grey lines around and between them. Places behind the last are grey. */
function draw(values: readonly number[], tile: Layout, grid: Grid): Picture {
  const { count, columns, scale, line } = grid;
  const [low, high] = rangeOf(values);
  const { channels, at } = tile;
  const size = tile.height * tile.width * channels;
  const [pitchX, pitchY] = [tile.width * scale + line, tile.height * scale + line];
  const across = columns * pitchX + line;
  const down = Math.ceil(count / columns) * pitchY + line;
  const data = new Uint8Array(down * across * channels);
  let next = 0;
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) {
      const index = Math.floor(y / pitchY) * columns + Math.floor(x / pitchX);
      const [insideX, insideY] = [(x % pitchX) - line, (y % pitchY) - line];
      const isFrame = insideX < 0 || insideY < 0 || index >= count;
      for (let channel = 0; channel < channels; channel++) {
        if (isFrame) data[next++] = channel === 3 ? 255 : grey;
        else {
          const v = values[
            index * size + at(Math.floor(insideY / scale), Math.floor(insideX / scale), channel)
          ] as number;
          data[next++] = Math.round((255 * (Math.min(Math.max(v, low), high) - low)) / (high - low || 1)) || 0;
        }
      }
    }
  // loaded when the first picture is shown
  const { encode } = require("fast-png") as typeof import("fast-png");
  return { png: encode({ width: across, height: down, data, channels, depth: 8 }), width: across, height: down };
}

/** Returns the picture of shape [H, W], [C, H, W] or [H, W, C]. */
export function pngOfNumbers({ shape, values }: NumberGrid): Picture {
  const layout = layoutOf(shape);
  if (layout === null)
    throw new TypeError(
      `plot.image: expected shape [H, W], [C, H, W] or [H, W, C] with 1, 3 or 4 channels, but got [${shape.join(", ")}]; plot.images shows several`,
    );
  const { height, width } = layout;
  if (height === 0 || width === 0)
    throw new TypeError(`plot.image: there is nothing to see in shape [${shape.join(", ")}]`);
  const scale = Math.max(1, Math.ceil(smallest / Math.max(height, width)));
  return draw(values, layout, { count: 1, columns: 1, scale, line: border });
}

/** Returns the picture of several pictures in rows: of shape [N, H, W], [N, C, H, W] or [N, H, W, C]. */
export function pngOfSeveral({ shape, values }: NumberGrid, columns?: number): Picture {
  const [count = 0, ...one] = shape;
  const tile = layoutOf(one);
  if (tile === null)
    throw new TypeError(
      `plot.images: expected shape [N, H, W], [N, C, H, W] or [N, H, W, C] with 1, 3 or 4 channels, but got [${shape.join(", ")}]`,
    );
  if (count === 0 || tile.height === 0 || tile.width === 0)
    throw new TypeError(`plot.images: there is nothing to see in shape [${shape.join(", ")}]`);
  if (columns !== undefined && (!Number.isInteger(columns) || columns < 1))
    throw new RangeError(`plot.images: expected columns to be a whole number of at least 1, but got ${columns}`);
  const inRow = Math.min(count, columns ?? defaultColumns);
  const enlarged = Math.ceil(smallestTile / Math.max(tile.height, tile.width));
  const fitting = Math.floor(widest / (inRow * tile.width));
  return draw(values, tile, { count, columns: inRow, scale: Math.max(1, Math.min(enlarged, fitting)), line: gap });
}
