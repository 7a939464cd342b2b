/** Text of one stream that waits to be sent: many small pieces, or few large ones. */
import type { Header } from "../../shared/messages.ts";

const blockSize = 65_536;

/** Length of the longest part of `text` that is at most `most` units and ends between characters, after a line if it can. */
export function cutAt(text: string, most: number): number {
  if (text.length <= most) return text.length;
  const line = text.lastIndexOf("\n", most - 1) + 1;
  if (line > most / 2) return line;
  const isHigh = (text.charCodeAt(most - 1) & 0xfc00) === 0xd800;
  return isHigh ? (most > 1 ? most - 1 : 2) : most;
}

export const lineCount = (text: string): number => text.split("\n").length - 1;

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

  append(text: string): void {
    const last = this.#blocks.length - 1;
    if (last >= 0 && (this.#blocks[last] as string).length < blockSize) this.#blocks[last] += text;
    else if (text !== "") this.#blocks.push(text);
    this.#length += text.length;
  }

  /** Takes as much from the front as fits into so many bytes of JSON, and at least a character. */
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

  /** Drops all but the first units, and returns how many lines and units were dropped. */
  truncate(units: number): { readonly lines: number; readonly units: number } {
    const all = this.#blocks.splice(0).join("");
    this.#length = 0;
    const kept = units > 0 ? cutAt(all, units) : 0;
    this.append(all.slice(0, kept));
    return { lines: lineCount(all.slice(kept)), units: all.length - kept };
  }
}

const sizeOf = (text: string, units: number): number => Buffer.byteLength(JSON.stringify(text.slice(0, units)));
