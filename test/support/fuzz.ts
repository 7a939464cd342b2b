/** Fuzzing of functions that read files: files that are cut off, and files with changed bytes. */

import { ArgumentError } from "tapelab";
import { expect } from "vitest";
import { fc } from "./random.ts";

/** A function that reads files, and files that it reads. */
export interface Reader {
  readonly name: string;
  readonly read: (bytes: Uint8Array) => unknown;
  readonly files: readonly Uint8Array[];
  /** Shortest file of which every beginning is an error; 0 by default. */
  readonly from?: number;
}

const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom("set", "cut", "insert", "ones"),
    value: fc.nat(255),
  }),
  { minLength: 1, maxLength: 6 },
);
type Edit = (typeof edits extends fc.Arbitrary<infer T> ? T : never)[number];

/** Returns a file with bytes changed, removed, inserted, or four of them set, which makes a length large. */
function edited(file: Uint8Array, list: readonly Edit[]): Uint8Array {
  let changed = [...file];
  for (const { at, kind, value } of list) {
    const i = Math.floor(at * (changed.length - 1));
    if (kind === "set") changed[i] = value;
    else if (kind === "cut") changed = [...changed.slice(0, i), ...changed.slice(i + value)];
    else if (kind === "insert") changed.splice(i, 0, value);
    else changed.fill(255, i, i + 4);
  }
  return Uint8Array.from(changed);
}

/** Reads a file, and returns whether it could be read. An error that is no ArgumentError fails the test. */
async function isRead({ name, read }: Reader, bytes: Uint8Array): Promise<boolean> {
  try {
    await read(bytes);
    return true;
  } catch (error) {
    expect(error, `${name}: ${String(error)}\n${error instanceof Error ? error.stack : ""}`).toBeInstanceOf(
      ArgumentError,
    );
    return false;
  }
}

/** Expects that beginnings of files are errors: all of them for short files, and about 300 of longer ones. */
export async function expectTruncationErrors(readers: readonly Reader[]): Promise<void> {
  for (const reader of readers)
    for (const file of reader.files) {
      const step = Math.max(1, Math.floor(file.length / 300));
      for (let length = reader.from ?? 0; length < file.length; length += step)
        expect(await isRead(reader, file.slice(0, length)), `${reader.name}: ${length} of ${file.length} bytes`).toBe(
          false,
        );
    }
}

/** Expects that a file with changed bytes is read or an ArgumentError, and that this takes no longer than reading the file does, within reason. */
export async function expectEditsHandled(readers: readonly Reader[], runs = 2000): Promise<void> {
  const samples = readers.flatMap((reader) => reader.files.map((file) => ({ reader, file })));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...samples), edits, async ({ reader, file }, list) => {
      const start = performance.now();
      await isRead(reader, edited(file, list));
      expect(performance.now() - start, `${reader.name}: milliseconds`).toBeLessThan(5000);
    }),
    { numRuns: runs, seed: 1 },
  );
}
