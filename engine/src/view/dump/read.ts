/** Reads and writes files of whole tapes, `.tape.json` and, compressed, `.tape.json.gz`. */
import type { TapeData } from "../../protocol/index.ts";
import { checkTape, TapeFileError } from "./check.ts";

/** Bytes of a file's text up to which it is read. */
const maxLength = 400_000_000;

// what Node and browsers have in common
interface Chunks extends AsyncIterable<Uint8Array> {
  pipeThrough(transform: unknown): Chunks;
  getReader(): { read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>; cancel(): Promise<void> };
}
declare const Blob: new (parts: readonly Uint8Array[]) => { stream(): Chunks };
declare const DecompressionStream: new (format: "gzip") => unknown;
declare const TextDecoder: new (
  encoding: string,
  options: { readonly fatal: boolean },
) => { decode(bytes?: Uint8Array, options?: { readonly stream: boolean }): string };

/** Reads a tape from its JSON. @throws TapeFileError if the text is no tape, in a sentence. */
export function readTape(text: string): TapeData {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TapeFileError(text.trim() === "" ? "the file is empty" : `the file is no JSON: ${reason}`);
  }
  return checkTape(value);
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Reads a tape from the bytes of a file, compressed or not. @throws TapeFileError if the bytes are no tape. */
export async function readTapeBytes(bytes: Uint8Array): Promise<TapeData> {
  const plain = new Blob([bytes]).stream();
  const reader = (isGzip(bytes) ? plain.pipeThrough(new DecompressionStream("gzip")) : plain).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const parts: string[] = [];
  let length = 0;
  try {
    for (
      let { done, value } = await reader.read();
      !done && value !== undefined;
      { done, value } = await reader.read()
    ) {
      length += value.length;
      if (length > maxLength) {
        await reader.cancel();
        throw new TapeFileError(`the tape is larger than ${maxLength / 1e6} MB, the most that is read`);
      }
      parts.push(decoder.decode(value, { stream: true }));
    }
    parts.push(decoder.decode());
  } catch (error) {
    if (error instanceof TapeFileError) throw error;
    throw new TapeFileError(
      isGzip(bytes) ? "the file is damaged: it cannot be decompressed" : "the file is no text in UTF-8",
    );
  }
  return readTape(parts.join(""));
}
