/** Saving values to files and loading them. */
import { readBytes, writeBytes } from "../platform/files.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { decodePt } from "./pt-read.ts";
import { encodePt } from "./pt-write.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { isFlat, type SavedValue } from "./state.ts";
import { flatten, treeKey, unflatten } from "./tree.ts";

/** Formats by the ends of file names. */
const formats: Readonly<Record<string, "safetensors" | "pt">> = {
  safetensors: "safetensors",
  pt: "pt",
  pth: "pt",
  bin: "pt",
};

/** Returns the format of a path. */
function formatOf(op: string, path: string): "safetensors" | "pt" {
  const end = /\.([a-z]+)$/i.exec(path.replace(/[?#].*$/, ""))?.[1].toLowerCase() ?? "";
  const format = Object.hasOwn(formats, end) ? formats[end] : undefined;
  if (format === undefined)
    throw new ArgumentError(op, `the name of the file must end in .safetensors, .pt or .pth, but got "${path}"`);
  return format;
}

/** Options of `save`. */
export interface SaveOptions {
  /** Texts that a `.safetensors` file keeps besides. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Saves a state dictionary, or any tensors, numbers and texts in lists and records, to a file: `.safetensors`, or `.pt` and `.pth`, which `torch.load` reads. The
 * file is replaced as a whole when all is written, so an interrupted program leaves the old one.
 * @throws ArgumentError for names that end otherwise and values that cannot be saved; Error if the file cannot be written.
 * @example
 * const model = new nn.Linear(2, 1);
 * await save(model.stateDict(), "model.safetensors");
 * model.loadStateDict(await load("model.safetensors"));
 */
export async function save(value: unknown, path: string, { metadata = {} }: SaveOptions = {}): Promise<void> {
  const format = formatOf("save", path);
  if (format === "pt") return writeBytes(path, encodePt(value));
  if (isFlat(value)) return writeBytes(path, encodeSafetensors(value, metadata));
  const { tensors, tree } = flatten("save", value as SavedValue);
  return writeBytes(path, encodeSafetensors(tensors, { ...metadata, [treeKey]: tree }));
}

/**
 * Loads what `save`, PyTorch's `torch.save` or the package safetensors have written, from a file or URL: the record of tensors of a state dictionary, or the nested
 * value. Nothing of a file is run, see {@link decodePt}. The type is what the caller expects, and is not checked.
 * @throws ArgumentError for names that end otherwise and malformed files; Error if the file cannot be read.
 * @example
 * await save({ epoch: 3, weights: [tensor([1, 2])] }, "state.safetensors");
 * (await load<{ epoch: number }>("state.safetensors")).epoch; // 3
 */
export async function load<T = Record<string, Tensor>>(path: string): Promise<T> {
  const format = formatOf("load", path);
  const bytes = await readBytes(path);
  if (format === "pt") return decodePt<T>(bytes);
  const { tensors, metadata } = decodeSafetensors(bytes);
  const tree = Object.hasOwn(metadata, treeKey) ? metadata[treeKey] : undefined;
  return (tree === undefined ? tensors : unflatten("load", tree, tensors)) as T;
}
