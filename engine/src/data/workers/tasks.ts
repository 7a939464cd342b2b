/** Parts of batches that a worker computes: what a thread runs, and what it returns. Nothing here needs tensors. */
import { readBytesNow } from "../../platform/files.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Elements } from "../elements.ts";
import { checkImageOptions, type ImageOptions, type Planes, pixelsOf, planesOf } from "../images/decode.ts";
import { parsed } from "../parsed.ts";

/** The typed arrays that an item may have. */
export type ItemArray = Uint8Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

/** A tensor of an item: its elements with their shape, an array [n], or a single value, of which numbers become float32, BigInts int64 and booleans bool. */
export type ItemValue =
  | number
  | bigint
  | boolean
  | ItemArray
  | { readonly data: ItemArray; readonly shape: readonly number[] };

/** Functions that the `item` of a `WorkerDataset` may call. */
export interface ItemTools {
  /** Returns the bytes of a file. */
  readonly readFile: (path: string) => Uint8Array;
  /** Returns the image of a PNG or JPEG file as [channels, height, width]. */
  readonly decodeImage: (file: Uint8Array, options?: ImageOptions) => Planes;
}

/** Images of files, with the class of each. */
export interface ImagesTask {
  readonly kind: "images";
  readonly op: string;
  readonly paths: readonly string[];
  readonly labels: Int32Array;
  readonly options: ImageOptions;
}

/** A function of a program, by its text. */
export interface FunctionTask {
  readonly kind: "function";
  readonly text: string;
  readonly context: unknown;
}

/** Part of a data set that a thread computes, as a message. */
export type Task = ImagesTask | FunctionTask;

const bytesOf = (array: ItemArray): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Returns images and classes. @throws ArgumentError for images of different sizes, and for files that cannot be decoded. */
export function imagesBatch({ op, paths, labels, options }: ImagesTask, indices: Int32Array): Elements[] {
  const list = Array.from(indices, (i) =>
    parsed(paths[i], readBytesNow(paths[i]), (file) => planesOf(pixelsOf(op, file, options))),
  );
  const [first] = list;
  const classes = BigInt64Array.from(indices, (i) => BigInt(labels[i]));
  const size = first?.data.length ?? 0;
  const data = new Uint8Array(size * list.length);
  list.forEach(({ data: planes, shape }, k) => {
    if (shape.some((n, d) => n !== first.shape[d]))
      throw new ArgumentError(
        op,
        `images of a batch must have the same shape, but ${paths[indices[0]]} has [${first.shape.join(", ")}] and ${paths[indices[k]]} [${shape.join(", ")}]; give a mode and a size, as { mode: "rgb", size: [64, 64] }`,
      );
    // of 16 bits, the upper 8
    data.set(planes instanceof Int32Array ? planes.map((v) => v >> 8) : planes, k * size);
  });
  return [
    { bytes: bytesOf(data), dtype: "uint8", shape: [list.length, ...(first?.shape ?? [0, 0, 0])] },
    { bytes: bytesOf(classes), dtype: "int64", shape: [indices.length] },
  ];
}

const op = "WorkerDataset";

/** Dtypes by the constructors of arrays. */
const dtypes = [
  [Uint8Array, "uint8"],
  [Int8Array, "int8"],
  [Int16Array, "int16"],
  [Int32Array, "int32"],
  [BigInt64Array, "int64"],
  [Float32Array, "float32"],
  [Float64Array, "float64"],
] as const;

/** Returns the elements of one tensor of an item. */
function elementsOf(value: ItemValue): Elements {
  if (typeof value === "number") return { bytes: bytesOf(Float32Array.of(value)), dtype: "float32", shape: [] };
  if (typeof value === "bigint") return { bytes: bytesOf(BigInt64Array.of(value)), dtype: "int64", shape: [] };
  if (typeof value === "boolean") return { bytes: Uint8Array.of(Number(value)), dtype: "bool", shape: [] };
  const { data, shape } = ArrayBuffer.isView(value) ? { data: value, shape: [value.length] } : (value ?? {});
  const dtype = dtypes.find(([type]) => data instanceof type)?.[1];
  if (dtype === undefined)
    throw new ArgumentError(
      op,
      "an item is a list of numbers, BigInts, booleans, typed arrays, or { data, shape } with a typed array; Uint8Array, Int32Array, BigInt64Array, Float32Array and the like have a dtype",
    );
  if (!Array.isArray(shape) || shape.reduce((a: number, b: number) => a * b, 1) !== data.length)
    throw new ArgumentError(op, `an array of ${data.length} elements cannot have the shape [${String(shape)}]`);
  return { bytes: bytesOf(data), dtype, shape };
}

/** Puts the tensors of items together along a new first dimension. @throws ArgumentError for items that differ. */
function stacked(items: readonly (readonly Elements[])[]): Elements[] {
  const [first = []] = items;
  return first.map(({ dtype, shape, bytes }, k) => {
    const out = new Uint8Array(bytes.length * items.length);
    items.forEach((item, i) => {
      const { [k]: other } = item;
      if (item.length !== first.length || other.dtype !== dtype || other.shape.join() !== shape.join())
        throw new ArgumentError(
          op,
          `items of a batch must have equal dtypes and shapes, but tensor ${k} is ${dtype} [${shape.join(", ")}] and ${other?.dtype} [${other?.shape.join(", ")}]`,
        );
      out.set(other.bytes, i * bytes.length);
    });
    return { bytes: out, dtype, shape: [items.length, ...shape] };
  });
}

const tools: Readonly<ItemTools> = {
  readFile: readBytesNow,
  decodeImage: (file, options = {}) => {
    checkImageOptions("decodeImage", options);
    return planesOf(pixelsOf("decodeImage", file, options));
  },
};

/** The function of a `WorkerDataset` with any context. */
export type AnyItem = (index: number, context: unknown, tools: ItemTools) => readonly ItemValue[];

/** Returns the batch of items that a function computes. */
export const itemsBatch = (item: AnyItem, context: unknown, indices: Int32Array): Elements[] =>
  stacked(
    Array.from(indices, (i) => {
      const values = item(i, context, tools);
      if (!Array.isArray(values)) throw new ArgumentError(op, "item must return a list, with an entry for each tensor");
      return (values as readonly ItemValue[]).map(elementsOf);
    }),
  );
