/** The error for a full arena, which lists the tensors that take most of the memory. */
import { bytesPerElement } from "../dtype.ts";
import { MemoryError } from "../errors.ts";
import type { BlockToken } from "./generations.ts";

/** Returns the error for `bytes` that could not be allocated. */
export const outOfMemory = (bytes: number, usedBytes: number, tokens: readonly BlockToken[]): MemoryError =>
  new MemoryError(bytes, usedBytes, largestGroups(tokens));

/** Returns the three largest groups of reachable storages that have dtype, size, op and reason in common, in words. */
function largestGroups(tokens: readonly BlockToken[]): string[] {
  const groups = new Map<string, { bytes: number; count: number }>();
  for (const { storage } of tokens) {
    if (storage === null) continue;
    const { dtype, length, createdBy, savedBy } = storage;
    const reason = savedBy === null ? "kept by variables" : `saved by ${savedBy} for backward`;
    const name = `${dtype} of ${length} elements made by ${createdBy ?? "the program"}, ${reason}`;
    const group = groups.get(name) ?? { bytes: 0, count: 0 };
    group.bytes += length * bytesPerElement[dtype];
    group.count++;
    groups.set(name, group);
  }
  return [...groups]
    .sort(([, a], [, b]) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(([name, { bytes, count }]) => `${count} x ${name} (${(bytes / 2 ** 20).toFixed(0)} MB)`);
}
