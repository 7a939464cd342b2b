/** Writes files that `torch.load` reads. */
import { zipSync } from "fflate";
import type { Tensor } from "../tensor/tensor.ts";
import { pickle } from "./pickle.ts";
import type { SavedValue } from "./state.ts";
import { bytesOf } from "./words.ts";

/** The earliest time that a zip archive can state, so that equal values give equal files. */
export const earliestTime = "1980-01-01T12:00:00";

/**
 * Returns a file that `torch.load` reads: tensors, numbers, texts, lists and records, nested. Records become dictionaries, with integers as keys where they are
 * such, as in the states of optimizers. A tensor is stored once wherever it occurs; views are stored as tensors of their own.
 * @throws ArgumentError for objects of classes, functions, and values that contain themselves.
 * @example serialization.decodePt(serialization.encodePt([1, "a", null])); // [1, "a", null]
 */
export function encodePt(value: unknown): Uint8Array {
  const tensors = new Map<Tensor, string>();
  const keyOf = (t: Tensor): string => {
    const key = tensors.get(t) ?? String(tensors.size);
    tensors.set(t, key);
    return key;
  };
  const text = (s: string): Uint8Array => new TextEncoder().encode(s);
  const files: Record<string, Uint8Array> = {
    "archive/data.pkl": pickle(value as SavedValue, keyOf),
    "archive/byteorder": text("little"),
  };
  for (const [t, key] of tensors) files[`archive/data/${key}`] = bytesOf(t);
  files["archive/version"] = text("3\n");
  return zipSync(files, { level: 0, mtime: earliestTime });
}
