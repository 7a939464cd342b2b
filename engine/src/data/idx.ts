/** IDX, the format of MNIST: a big-endian array of any number of dimensions. */
import { readBytes } from "../platform/files.ts";
import { tensorOfBytes } from "../serialization/words.ts";
import { bytesPerElement, type DType } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { gunzipped } from "./archives.ts";
import { littleEndian } from "./byte-order.ts";
import { parsed } from "./parsed.ts";

/** Dtypes by the third byte of a file. */
const types: ReadonlyMap<number, DType> = new Map([
  [0x08, "uint8"],
  [0x09, "int8"],
  [0x0b, "int16"],
  [0x0c, "int32"],
  [0x0d, "float32"],
  [0x0e, "float64"],
]);

const invalid = (why: string): ArgumentError => new ArgumentError("parseIdx", `the file is malformed: ${why}`);

/**
 * Returns the array of a file in the IDX format, compressed by gzip or not, as MNIST's images uint8 [60000, 28, 28] and labels uint8 [60000].
 * @throws ArgumentError for malformed files.
 * @example data.parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 5, 7)).toArray(); // [5, 7]
 */
export function parseIdx(file: Uint8Array): Tensor {
  const bytes = gunzipped("parseIdx", file);
  const dtype = types.get(bytes[2]);
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || dtype === undefined)
    throw invalid("it does not begin with two zeros and a known type");
  const ndim = bytes[3];
  const start = 4 + 4 * ndim;
  if (start > bytes.length) throw invalid("it ends within its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: ndim }, (_, d) => view.getUint32(4 + 4 * d));
  const size = shape.reduce((a, b) => a * b, bytesPerElement[dtype]);
  if (size !== bytes.length - start)
    throw invalid(`its shape [${shape.join(", ")}] needs ${size} bytes, but it has ${bytes.length - start}`);
  return tensorOfBytes(littleEndian(bytes.subarray(start), bytesPerElement[dtype]), dtype, shape);
}

/**
 * Returns the array of a file or URL in the IDX format, compressed by gzip or not. MNIST's four files are at yann.lecun.com/exdb/mnist, Fashion-MNIST's at
 * github.com/zalandoresearch/fashion-mnist.
 * @throws ArgumentError for malformed files; Error if the file cannot be read.
 * @example await data.readIdx("train-labels-idx1-ubyte.gz").catch((error) => error.code); // "ENOENT"
 */
export const readIdx = async (path: string): Promise<Tensor> => parsed(path, await readBytes(path), parseIdx);
