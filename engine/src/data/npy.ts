/** NumPy's files of arrays: .npy for one, .npz for several by name. */
import { zipSync } from "fflate";
import { permute } from "../ops/shape/permute.ts";
import { readBytes, writeBytes } from "../platform/files.ts";
import { earliestTime } from "../serialization/pt-write.ts";
import { bytesOf, tensorOfBytes } from "../serialization/words.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { bytesPerElement, type DType } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { unzipped } from "./archives.ts";
import { littleEndian } from "./byte-order.ts";
import { parsed } from "./parsed.ts";

/** NumPy's code of each dtype; bfloat16 has none. */
const codes: Readonly<Record<DType, string | null>> = {
  bool: "b1",
  uint8: "u1",
  int8: "i1",
  int16: "i2",
  int32: "i4",
  int64: "i8",
  float16: "f2",
  bfloat16: null,
  float32: "f4",
  float64: "f8",
  complex64: "c8",
  complex128: "c16",
};

const magic = "\x93NUMPY";

const invalid = (why: string): ArgumentError => new ArgumentError("parseNpy", `the file is malformed: ${why}`);

/** The header of an array. */
interface Header {
  readonly dtype: DType;
  readonly isBigEndian: boolean;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Position of the elements. */
  readonly start: number;
}

/** Returns the value of a field of the header, which is the text of a Python dictionary. */
function field(text: string, name: string, value: RegExp): string {
  const found = new RegExp(`'${name}':\\s*(${value.source})\\s*[,}]`).exec(text);
  if (found === null) throw invalid(`its header has no valid ${name}`);
  return found[1];
}

function readHeader(file: Uint8Array): Header {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const isNumpy = file.length >= 12 && Array.from(magic).every((c, i) => file[i] === c.charCodeAt(0));
  if (!isNumpy) throw invalid("it does not begin as NumPy's files do");
  const isShort = file[6] === 1;
  const start = isShort ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (start > file.length) throw invalid(`its header ends at byte ${start}, and the file at ${file.length}`);
  const text = new TextDecoder("latin1").decode(file.subarray(isShort ? 10 : 12, start));
  const descr = field(text, "descr", /'[^']*'|\[.*?\]/s);
  const [, order = "", code = ""] = /^'([<>|=])([a-zA-Z]\d+)'$/.exec(descr) ?? [];
  const dtype = (Object.keys(codes) as DType[]).find((d) => codes[d] === code);
  if (dtype === undefined)
    throw new ArgumentError(
      "parseNpy",
      `elements of type ${descr} cannot be read; types that can: ${Object.values(codes)
        .filter((c) => c !== null)
        .join(", ")}`,
    );
  const sizes = field(text, "shape", /\([\d,\s]*\)/).match(/\d+/g) ?? [];
  return {
    dtype,
    isBigEndian: order === ">",
    isFortran: field(text, "fortran_order", /True|False/) === "True",
    shape: sizes.map(Number),
    start,
  };
}

/**
 * Returns the array of a file of NumPy's `save`. Elements of Fortran's order are put into row-major order.
 * @throws ArgumentError for malformed files, and for types without a dtype here, such as objects, texts and unsigned integers above 8 bits.
 * @example data.parseNpy(data.encodeNpy(tensor([1, 2, 3]))).toArray(); // [1, 2, 3]
 */
export function parseNpy(file: Uint8Array): Tensor {
  const { dtype, isBigEndian, isFortran, shape, start } = readHeader(file);
  const bytes = shape.reduce((a, b) => a * b, bytesPerElement[dtype]);
  if (bytes !== file.length - start)
    throw invalid(`its shape [${shape.join(", ")}] needs ${bytes} bytes, but it has ${file.length - start}`);
  const elements = file.subarray(start);
  // each part of a complex element is a number of its own
  const width = bytesPerElement[dtype] / (dtype.startsWith("complex") ? 2 : 1);
  const ordered = isBigEndian ? littleEndian(elements, width) : elements;
  if (!isFortran) return tensorOfBytes(ordered, dtype, shape);
  const reversed = tensorOfBytes(ordered, dtype, shape.toReversed());
  return noGrad(() => permute(reversed, Array.from(shape.keys()).toReversed()).contiguous());
}

/**
 * Returns a tensor as a file that NumPy's `load` reads.
 * @throws ArgumentError for bfloat16, which NumPy does not have.
 * @example data.encodeNpy(tensor([1, 2])).length; // 136
 */
export function encodeNpy(t: Tensor): Uint8Array {
  const code = codes[t.dtype];
  if (code === null) throw new ArgumentError("encodeNpy", `NumPy has no ${t.dtype}; convert the tensor to float32`);
  const order = bytesPerElement[t.dtype] === 1 ? "|" : "<";
  const shape = `(${t.shape.join(", ")}${t.ndim === 1 ? "," : ""})`;
  const header = `{'descr': '${order}${code}', 'fortran_order': False, 'shape': ${shape}, }`;
  // the elements begin at a multiple of 64 bytes
  const length = Math.ceil((11 + header.length) / 64) * 64;
  const bytes = bytesOf(t);
  const file = new Uint8Array(length + bytes.length).fill(0x20, 0, length);
  Array.from(`${magic}\x01\x00`).forEach((c, i) => {
    file[i] = c.charCodeAt(0);
  });
  new DataView(file.buffer).setUint16(8, length - 10, true);
  file.set(new TextEncoder().encode(header), 10);
  file[length - 1] = 0x0a;
  file.set(bytes, length);
  return file;
}

/**
 * Returns the arrays of a file of NumPy's `savez` or `savez_compressed`, by name.
 * @throws ArgumentError as `parseNpy` does, and for malformed archives.
 * @example data.parseNpz(data.encodeNpz({ x: tensor([1, 2]) }))["x"].toArray(); // [1, 2]
 */
export function parseNpz(file: Uint8Array): Record<string, Tensor> {
  const files = unzipped("parseNpz", file);
  return Object.fromEntries(Array.from(files, ([name, bytes]) => [name.replace(/\.npy$/, ""), parseNpy(bytes)]));
}

/**
 * Returns tensors as a compressed file that NumPy's `load` reads.
 * @throws ArgumentError for bfloat16, which NumPy does not have.
 * @example Object.keys(data.parseNpz(data.encodeNpz({ x: zeros([2]), y: ones([2]) }))); // ["x", "y"]
 */
export const encodeNpz = (tensors: Readonly<Record<string, Tensor>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(tensors).map(([name, t]) => [`${name}.npy`, encodeNpy(t)])), {
    mtime: earliestTime,
  });

/**
 * Returns the array of an .npy file or URL.
 * @throws ArgumentError as `parseNpy` does; Error if the file cannot be read.
 * @example
 * await data.writeNpy("x.npy", tensor([1, 2]));
 * (await data.readNpy("x.npy")).toArray(); // [1, 2]
 */
export const readNpy = async (path: string): Promise<Tensor> => parsed(path, await readBytes(path), parseNpy);

/**
 * Returns the arrays of an .npz file or URL by name.
 * @throws ArgumentError as `parseNpz` does; Error if the file cannot be read.
 * @example
 * await data.writeNpz("xy.npz", { x: tensor([1, 2]), y: tensor([0, 1]) });
 * (await data.readNpz("xy.npz"))["y"].toArray(); // [0, 1]
 */
export const readNpz = async (path: string): Promise<Record<string, Tensor>> =>
  parsed(path, await readBytes(path), parseNpz);

/**
 * Writes a tensor to an .npy file, which is replaced as a whole.
 * @throws ArgumentError for bfloat16; Error if the file cannot be written.
 * @example await data.writeNpy("x.npy", tensor([1, 2]));
 */
export const writeNpy = (path: string, t: Tensor): Promise<void> => writeBytes(path, encodeNpy(t));

/**
 * Writes tensors to a compressed .npz file, which is replaced as a whole.
 * @throws ArgumentError for bfloat16; Error if the file cannot be written.
 * @example await data.writeNpz("xy.npz", { x: tensor([1, 2]), y: tensor([0, 1]) });
 */
export const writeNpz = (path: string, tensors: Readonly<Record<string, Tensor>>): Promise<void> =>
  writeBytes(path, encodeNpz(tensors));
