/** The binary format of CIFAR-10 and CIFAR-100: records of labels and an image of 3 x 32 x 32 bytes. */
import { readBytes } from "../platform/files.ts";
import { tensorOfBytes } from "../serialization/words.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import { gunzipped } from "./archives.ts";
import { parsed } from "./parsed.ts";

const pixels = 3 * 32 * 32;

/** Images and their labels. */
export interface LabelledImages {
  /** uint8 [n, 3, 32, 32]: red, green and blue. */
  readonly images: Tensor;
  /** int64 [n]. */
  readonly labels: Tensor;
}

/** Options of `parseCifar` and `readCifar`. */
export interface CifarOptions {
  /** 10 (the default) or 100. */
  readonly classes?: 10 | 100;
}

/**
 * Returns the images and labels of a batch of CIFAR-10, or of CIFAR-100 with its fine labels.
 * @throws ArgumentError for files that are no whole number of records, and for labels out of range.
 * @example data.parseCifar(new Uint8Array(3073)).images.shape; // [1, 3, 32, 32]
 */
export function parseCifar(file: Uint8Array, { classes = 10 }: CifarOptions = {}): LabelledImages {
  const bytes = gunzipped("parseCifar", file);
  const labelBytes = classes === 10 ? 1 : 2;
  const record = labelBytes + pixels;
  const n = bytes.length / record;
  if (!Number.isInteger(n))
    throw new ArgumentError(
      "parseCifar",
      `expected records of ${record} bytes for ${classes} classes, but got ${bytes.length} bytes`,
    );
  const images = new Uint8Array(n * pixels);
  const labels = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    // of CIFAR-100's two labels, the first is that of the superclass
    labels[i] = bytes[i * record + labelBytes - 1];
    images.set(bytes.subarray(i * record + labelBytes, (i + 1) * record), i * pixels);
  }
  const wrong = labels.find((label) => label >= classes);
  if (wrong !== undefined) throw new ArgumentError("parseCifar", `labels must be below ${classes}, but got ${wrong}`);
  return { images: tensorOfBytes(images, "uint8", [n, 3, 32, 32]), labels: fromArray(labels, "int64", [n]) };
}

/**
 * Returns the images and labels of a file or URL of CIFAR's binary version, which is at www.cs.toronto.edu/~kriz/cifar.html.
 * @throws ArgumentError as `parseCifar` does; Error if the file cannot be read.
 * @example await data.readCifar("data_batch_1.bin").catch((error) => error.code); // "ENOENT"
 */
export const readCifar = async (path: string, options: CifarOptions = {}): Promise<LabelledImages> =>
  parsed(path, await readBytes(path), (bytes) => parseCifar(bytes, options));
