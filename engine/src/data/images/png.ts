/** PNG (by fast-png). The header and the lengths of chunks are checked before anything is decoded. */
import { decode, encode } from "fast-png";
import { Unzlib } from "fflate";
import { ArgumentError } from "../../tensor/errors.ts";
import { checkPixels, type Pixels } from "./pixels.ts";

const signature: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether a file begins as PNG files do. */
export const isPng = (file: Uint8Array): boolean => signature.every((byte, i) => file[i] === byte);

/** The most bytes that a byte of deflated data can stand for. */
const maxRatio = 1032;
/** Compressed lengths up to which the size of the result is not counted beforehand: they cannot give more than 64 MB. */
const smallLength = 65_536;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colour: number;
  readonly isInterlaced: boolean;
}

interface Chunk {
  readonly type: string;
  /** Position of its length, from which the chunk begins. */
  readonly start: number;
  readonly data: Uint8Array;
}

/** Channels by the type of colour. */
const channelsByColour: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

const malformed = (op: string, at: number, why: string): ArgumentError =>
  new ArgumentError(op, `the PNG file is malformed at byte ${at}: ${why}`);

/** Returns the chunks up to `IEND`. @throws ArgumentError for a file that ends within one. */
function chunksOf(op: string, file: Uint8Array): Chunk[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks: Chunk[] = [];
  for (let at = signature.length; ; ) {
    if (at + 12 > file.length) throw malformed(op, at, "it ends before the chunk IEND");
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (at + 12 + length > file.length)
      throw malformed(
        op,
        at,
        `the chunk ${JSON.stringify(type)} claims ${length} bytes, but ${file.length - at - 12} are left`,
      );
    chunks.push({ type, start: at, data: file.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
    if (type === "IEND") return chunks;
  }
}

/** Reads and checks the first chunk. */
function headerOf(op: string, [chunk]: readonly Chunk[]): Header {
  const { data, type, start } = chunk;
  if (type !== "IHDR" || data.length !== 13) throw malformed(op, start, "the first chunk must be IHDR with 13 bytes");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [depth, colour, compression, filter, interlace] = data.subarray(8);
  const depths = colour === 0 ? [1, 2, 4, 8, 16] : colour === 3 ? [1, 2, 4, 8] : [8, 16];
  if (!channelsByColour.has(colour) || !depths.includes(depth))
    throw malformed(op, start + 16, `there is no type of colour ${colour} with ${depth} bits`);
  if (compression !== 0 || filter !== 0 || interlace > 1)
    throw malformed(op, start + 18, "its methods of compression, filtering and interlacing must be 0, 0 and 0 or 1");
  if (interlace === 1 && depth < 8)
    throw new ArgumentError(
      op,
      `interlaced images of ${depth} bits cannot be read; save the image without interlacing`,
    );
  return { width: view.getUint32(0), height: view.getUint32(4), depth, colour, isInterlaced: interlace === 1 };
}

/** First column, first row, and distances of columns and rows of the seven passes of an interlaced image. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Returns the number of bytes before compression: each line of pixels has one for its filter. */
function rawLength({ width, height, depth, colour, isInterlaced }: Header): number {
  const bits = depth * (channelsByColour.get(colour) ?? 1);
  const part = (w: number, h: number): number => (w <= 0 || h <= 0 ? 0 : h * (1 + Math.ceil((w * bits) / 8)));
  if (!isInterlaced) return part(width, height);
  return passes.reduce(
    (sum, [x, y, dx, dy]) => sum + part(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)),
    0,
  );
}

/** Throws unless the compressed data can be those of the header: too few cannot fill the image, and more than fit would only take memory. */
function checkData(op: string, header: Header, parts: readonly Chunk[]): void {
  const length = parts.reduce((sum, { data }) => sum + data.length, 0);
  const raw = rawLength(header);
  if (parts.length === 0) throw malformed(op, signature.length, "it has no chunk IDAT");
  const at = parts[0].start;
  if (raw > maxRatio * length)
    throw malformed(
      op,
      at,
      `${header.width} x ${header.height} pixels need ${raw} bytes, which ${length} compressed bytes cannot hold`,
    );
  if (length <= smallLength) return;
  let count = 0;
  const counter = new Unzlib((bytes) => {
    count += bytes.length;
    if (count > raw) throw malformed(op, at, `it unpacks to more than the ${raw} bytes of its pixels`);
  });
  for (const { data } of parts)
    for (let i = 0; i < data.length; i += smallLength) counter.push(data.slice(i, i + smallLength), false);
  if (count !== raw) throw malformed(op, at, `it unpacks to ${count} bytes, but its pixels need ${raw}`);
}

/** Returns the file with the given chunks alone. Profiles and texts are left out, as they may unpack to any size. */
function withChunks(file: Uint8Array, chunks: readonly Chunk[]): Uint8Array {
  const out = new Uint8Array(chunks.reduce((sum, { data }) => sum + data.length + 12, signature.length));
  out.set(signature);
  let at = signature.length;
  for (const { start, data } of chunks) {
    out.set(file.subarray(start, start + data.length + 12), at);
    at += data.length + 12;
  }
  return out;
}

/** Returns samples of 1, 2 or 4 bits, of which each line begins at a byte, as one byte each. */
function unpackBits(packed: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const out = new Uint8Array(width * height);
  const line = Math.ceil((width * depth) / 8);
  const mask = (1 << depth) - 1;
  for (let y = 0, q = 0; y < height; y++)
    for (let x = 0; x < width; x++, q++) {
      const bit = x * depth;
      out[q] = (packed[y * line + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask;
    }
  return out;
}

/** Returns the colours of a palette, with alpha if an entry is not opaque. */
function coloured(
  op: string,
  indices: Uint8Array,
  palette: readonly (readonly number[])[],
  at: number,
): readonly [data: Uint8Array, channels: number] {
  const channels = palette.some((entry) => entry.length === 4) ? 4 : 3;
  const data = new Uint8Array(indices.length * channels);
  indices.forEach((index, i) => {
    const entry = palette[index];
    if (entry === undefined) throw malformed(op, at, `a pixel has colour ${index} of a palette of ${palette.length}`);
    for (let c = 0; c < channels; c++) data[i * channels + c] = entry[c] ?? 255;
  });
  return [data, channels];
}

/** Adds an alpha channel, in which the pixels of one colour are transparent. */
function withTransparent(pixels: Pixels, colour: readonly number[]): Pixels {
  const { data, channels, width, height } = pixels;
  const n = width * height;
  const out = data instanceof Uint16Array ? new Uint16Array(n * (channels + 1)) : new Uint8Array(n * (channels + 1));
  const opaque = data instanceof Uint16Array ? 65535 : 255;
  for (let i = 0; i < n; i++) {
    let isEqual = true;
    for (let c = 0; c < channels; c++) {
      const value = data[i * channels + c];
      out[i * (channels + 1) + c] = value;
      isEqual &&= value === colour[c];
    }
    out[i * (channels + 1) + channels] = isEqual ? 0 : opaque;
  }
  return { data: out, channels: channels + 1, width, height };
}

/** Returns the image that fast-png decodes. @throws ArgumentError in place of its errors. */
function decoded(op: string, file: Uint8Array): ReturnType<typeof decode> {
  try {
    return decode(file, { checkCrc: true });
  } catch (error) {
    throw new ArgumentError(op, `the PNG file is malformed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Returns the pixels of a PNG file. Palettes become colours, fewer than 8 bits are widened, and a transparent colour becomes an alpha channel.
 * @throws ArgumentError for malformed files.
 */
export function decodePng(op: string, file: Uint8Array, maxPixels: number): Pixels {
  if (!isPng(file)) throw malformed(op, 0, "it does not begin with the signature of PNG");
  const chunks = chunksOf(op, file);
  const header = headerOf(op, chunks);
  const { width, height, depth, colour } = header;
  checkPixels(op, width, height, maxPixels);
  const parts = chunks.filter(({ type }) => type === "IDAT");
  checkData(op, header, parts);
  const transparency = chunks.find(({ type }) => type === "tRNS");
  const kept = chunks.filter(
    ({ type }) => ["IHDR", "PLTE", "IDAT", "IEND"].includes(type) || (type === "tRNS" && colour === 3),
  );
  const { data, palette } = decoded(op, withChunks(file, kept));
  const samples = data instanceof Uint16Array ? data : new Uint8Array(data);
  const narrow = depth < 8 ? unpackBits(new Uint8Array(data), width, height, depth) : samples;
  if (colour === 3) {
    const [pixels, channels] = coloured(op, new Uint8Array(narrow), palette ?? [], parts[0].start);
    return { data: pixels, width, height, channels };
  }
  const scale = depth < 8 ? 255 / ((1 << depth) - 1) : 1;
  const pixels: Pixels = {
    data: scale === 1 ? narrow : narrow.map((v) => v * scale),
    width,
    height,
    channels: channelsByColour.get(colour) ?? 1,
  };
  if (transparency === undefined || colour > 2) return pixels;
  const view = new DataView(transparency.data.buffer, transparency.data.byteOffset, transparency.data.byteLength);
  if (view.byteLength !== 2 * pixels.channels)
    throw malformed(op, transparency.start, `the chunk tRNS must have ${2 * pixels.channels} bytes`);
  return withTransparent(
    pixels,
    Array.from({ length: pixels.channels }, (_, c) => view.getUint16(2 * c) * scale),
  );
}

/** Returns pixels as a PNG file. */
export const encodePixels = ({ data, width, height, channels }: Pixels): Uint8Array =>
  encode({ data, width, height, channels, depth: data instanceof Uint16Array ? 16 : 8 }, { zlib: { level: 6 } });
