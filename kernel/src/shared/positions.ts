/** Text that is rewritten by insertions and replacements, and remembers where each part came from. */

/** Replaces [start, end) of the present text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A run of text: from the original at `origin`, or inserted (`null`). */
interface Chunk {
  readonly text: string;
  readonly origin: number | null;
}

export class TrackedText {
  readonly original: string;
  #chunks: readonly Chunk[];

  constructor(original: string) {
    this.original = original;
    this.#chunks = [{ text: original, origin: 0 }];
  }

  /** The text made of the original's parts and what was inserted between them. */
  static of(
    original: string,
    present: string,
    runs: readonly (readonly [length: number, origin: number | null])[],
  ): TrackedText {
    const tracked = new TrackedText(original);
    let at = 0;
    tracked.#chunks = runs.map(([length, origin]) => ({ text: present.slice(at, (at += length)), origin }));
    return tracked;
  }

  get text(): string {
    return this.#chunks.map((c) => c.text).join("");
  }

  /** Applies edits that do not overlap; those at one place in the order given. */
  apply(edits: readonly Edit[]): void {
    const sorted = edits.map((edit, i) => ({ edit, i })).sort((a, b) => a.edit.start - b.edit.start || a.i - b.i);
    const out: Chunk[] = [];
    let at = 0;
    for (const { edit } of sorted) {
      for (const chunk of this.#slice(at, edit.start)) out.push(chunk);
      out.push({ text: edit.text, origin: null });
      at = edit.end;
    }
    for (const chunk of this.#slice(at, Number.POSITIVE_INFINITY)) out.push(chunk);
    this.#chunks = out.filter((c) => c.text !== "");
  }

  #slice(from: number, to: number): Chunk[] {
    const out: Chunk[] = [];
    let at = 0;
    for (const { text, origin } of this.#chunks) {
      const a = Math.max(from - at, 0);
      const b = Math.min(to - at, text.length);
      if (a < b) out.push({ text: text.slice(a, b), origin: origin === null ? null : origin + a });
      at += text.length;
    }
    return out;
  }

  /** The runs of the present text: length, and where it came from. */
  runs(): readonly (readonly [length: number, origin: number | null])[] {
    return this.#chunks.map((c) => [c.text.length, c.origin]);
  }

  /** Where an offset of the present text was in the original; inserted text leads to what follows it. */
  toOriginal(offset: number): number {
    let at = 0;
    for (const { text, origin } of this.#chunks) {
      if (origin !== null && offset < at + text.length) return origin + Math.max(offset - at, 0);
      at += text.length;
    }
    return this.original.length;
  }

  /** Where an offset of the original is in the present text. */
  toPresent(offset: number): number {
    let at = 0;
    let best = 0;
    for (const { text, origin } of this.#chunks) {
      if (origin !== null && origin <= offset) best = at + Math.min(offset - origin, text.length);
      at += text.length;
    }
    return best;
  }
}

/** Line terminators of the compiler and of V8; those of an editor are line feeds alone. */
export const compilerBreak: RegExp = /\r\n|[\n\r\u2028\u2029]/g;

/** Line and column (0-based) of an offset. */
export function lineColumn(
  text: string,
  offset: number,
  breaks: RegExp = /\n/g,
): { readonly line: number; readonly character: number } {
  const before = text.slice(0, offset);
  let line = 0;
  let start = 0;
  for (const { index, 0: found } of before.matchAll(breaks)) {
    line++;
    start = index + found.length;
  }
  return { line, character: offset - start };
}

/** Offset of a line and column (0-based). */
export function offsetOf(text: string, line: number, character: number, breaks: RegExp = /\n/g): number {
  if (line === 0) return Math.min(character, text.length);
  let n = 0;
  for (const { index, 0: end } of text.matchAll(breaks))
    if (++n === line) return Math.min(index + end.length + character, text.length);
  return text.length;
}
