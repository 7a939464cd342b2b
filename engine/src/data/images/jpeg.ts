/** JPEG (by jpeg-js). The header is checked before anything is decoded. */
import jpeg from "jpeg-js";
import { ArgumentError } from "../../tensor/errors.ts";
import { checkPixels, type Pixels } from "./pixels.ts";

/** Whether a file begins as JPEG files do. */
export const isJpeg = (file: Uint8Array): boolean => file[0] === 0xff && file[1] === 0xd8 && file[2] === 0xff;

/** Scans of a file that are decoded; a progressive image has about ten, and each may take as long as a whole image. */
const maxScans = 200;
/** A block of 8 x 8 pixels takes a bit of a file at least. */
const maxPixelsPerByte = 64 * 8;

interface Header {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for colours, 4 for the inks of printing. */
  readonly components: number;
  /** Whether the file says that its three components are red, green and blue. */
  readonly isRgb: boolean;
}

const malformed = (op: string, at: number, why: string): ArgumentError =>
  new ArgumentError(op, `the JPEG file is malformed at byte ${at}: ${why}`);

const frames: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
const otherFrames: ReadonlySet<number> = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

/** Reads the header of a frame at the position of its marker. */
function frameAt(op: string, file: Uint8Array, at: number, length: number): Omit<Header, "isRgb"> {
  const components = file[at + 9];
  if (file[at + 4] !== 8)
    throw new ArgumentError(op, `JPEG images of ${file[at + 4]} bits cannot be read; save it with 8 bits`);
  if (length !== 8 + 3 * components || ![1, 3, 4].includes(components))
    throw malformed(op, at, `its frame has ${components} components and ${length} bytes`);
  for (let c = 0; c < components; c++) {
    const sampling = file[at + 11 + 3 * c];
    const [h, v] = [sampling >> 4, sampling & 15];
    if (h < 1 || h > 4 || v < 1 || v > 4) throw malformed(op, at + 11 + 3 * c, `a component is sampled ${h} x ${v}`);
  }
  const size = (i: number): number => (file[i] << 8) | file[i + 1];
  return { height: size(at + 5), width: size(at + 7), components };
}

/** Walks through the segments of a file, and returns its header. @throws ArgumentError for segments that cannot be followed. */
function headerOf(op: string, file: Uint8Array): Header {
  let frame: Omit<Header, "isRgb"> | null = null;
  let isRgb = false;
  let scans = 0;
  for (let at = 2; at + 1 < file.length; ) {
    const marker = file[at + 1];
    // between segments, and within the data of a scan, everything up to the next marker is passed over
    if (file[at] !== 0xff || marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7)) {
      if (frame === null && file[at] !== 0xff) throw malformed(op, at, "expected the marker of a segment");
      at++;
      continue;
    }
    if (marker === 0xd9) break;
    const length = (file[at + 2] << 8) | file[at + 3];
    if (at + 4 > file.length || length < 2 || at + 2 + length > file.length)
      throw malformed(op, at, `a segment claims ${length} bytes, but ${file.length - at - 2} are left`);
    if (otherFrames.has(marker))
      throw new ArgumentError(
        op,
        "lossless and arithmetically coded JPEG files cannot be read; save it as baseline or progressive JPEG",
      );
    if (frames.has(marker)) {
      if (frame !== null) throw malformed(op, at, "it has a second frame");
      frame = frameAt(op, file, at, length);
    }
    if (marker === 0xee && length >= 14 && String.fromCharCode(...file.subarray(at + 4, at + 9)) === "Adobe")
      isRgb = file[at + 15] === 0;
    if (marker === 0xda && ++scans > maxScans) throw malformed(op, at, `it has more than ${maxScans} scans`);
    at += 2 + length;
  }
  if (frame === null) throw malformed(op, file.length, "it ends before the header of a frame");
  if (scans === 0) throw malformed(op, file.length, "it ends before its pixels");
  return { ...frame, isRgb };
}

/** Returns the pixels of a JPEG file: one channel of a grey image, and otherwise red, green and blue. @throws ArgumentError for malformed files. */
export function decodeJpeg(op: string, file: Uint8Array, maxPixels: number): Pixels {
  if (!isJpeg(file)) throw malformed(op, 0, "it does not begin with the marker of JPEG");
  const { width, height, components, isRgb } = headerOf(op, file);
  checkPixels(op, width, height, maxPixels);
  if (width * height > maxPixelsPerByte * file.length)
    throw malformed(op, file.length, `${width} x ${height} pixels cannot be those of ${file.length} bytes`);
  let rgb: Uint8Array;
  try {
    ({ data: rgb } = jpeg.decode(file, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: Infinity,
      maxMemoryUsageInMB: Infinity,
      ...(components === 3 && isRgb ? { colorTransform: false } : {}),
    }));
  } catch (error) {
    throw new ArgumentError(
      op,
      `the JPEG file is malformed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (components !== 1) return { data: rgb, width, height, channels: 3 };
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) grey[i] = rgb[3 * i];
  return { data: grey, width, height, channels: 1 };
}

/** Returns red, green and blue as a JPEG file. */
export function encodeJpegPixels({ data, width, height }: Pixels, quality: number): Uint8Array {
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 4; c++) rgba[4 * i + c] = c === 3 ? 255 : data[3 * i + c];
  return new Uint8Array(jpeg.encode({ data: rgba, width, height }, quality).data);
}
