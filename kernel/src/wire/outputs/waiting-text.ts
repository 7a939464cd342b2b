/** Text of one stream that waits to be sent. */
import type { Header } from "../../shared/jupyter.ts";

/** Length from which on a block is not appended to. */
const blockSize = 65_536;

/** Returns the length, at most `most` UTF-16 units, at which to cut a text: after a line if possible, and never inside of a surrogate pair. */
export function cutAt(text: string, most: number): number {
  if (text.length <= most) return text.length;
  const line = text.lastIndexOf("\n", most - 1) + 1;
  if (line > most / 2) return line;
  const isHigh = (text.charCodeAt(most - 1) & 0xfc00) === 0xd800;
  return isHigh ? (most > 1 ? most - 1 : 2) : most;
}

/** Returns the number of line feeds. */
export const lineCount = (text: string): number => text.split("\n").length - 1;

/** A text as a list of blocks, so that neither appending nor taking copies all of it. */
export class WaitingText {
  readonly parent: Header;
  readonly name: string;
  readonly #blocks: string[] = [];
  #length = 0;

  constructor(parent: Header, name: string, text = "") {
    this.parent = parent;
    this.name = name;
    this.append(text);
  }

  get length(): number {
    return this.#length;
  }

  /** Adds text at the end. */
  append(text: string): void {
    const last = this.#blocks.length - 1;
    if (last >= 0 && (this.#blocks[last] as string).length < blockSize) this.#blocks[last] += text;
    else if (text !== "") this.#blocks.push(text);
    this.#length += text.length;
  }

  /** Removes and returns as much text from the front as fits into a number of bytes of JSON, at least a character. */
  take(bytes: number): string {
    let text = "";
    while (text.length < bytes && this.#blocks.length > 0) text += this.#blocks.shift();
    let units = cutAt(text, Math.max(1, Math.floor(bytes)));
    for (let size = sizeOf(text, units); size > bytes && units > 2; size = sizeOf(text, units))
      units = cutAt(text, Math.max(1, Math.floor(Math.min(units * 0.9, (units * bytes) / size))));
    if (units < text.length) this.#blocks.unshift(text.slice(units));
    this.#length -= units;
    return text.slice(0, units);
  }

  /** Cuts the text to a length, and returns the number of lines and units that were dropped. */
  truncate(units: number): { readonly lines: number; readonly units: number } {
    const all = this.#blocks.splice(0).join("");
    this.#length = 0;
    const kept = units > 0 ? cutAt(all, units) : 0;
    this.append(all.slice(0, kept));
    return { lines: lineCount(all.slice(kept)), units: all.length - kept };
  }
}

const sizeOf = (text: string, units: number): number => Buffer.byteLength(JSON.stringify(text.slice(0, units)));
