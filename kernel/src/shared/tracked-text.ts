/** A text that is rewritten by edits and remembers which offset of the original each of its parts has. */

/** A replacement of the range [start, end) of the current text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A part of the text: copied from the original at offset `origin`, or inserted (`null`). */
interface Chunk {
  readonly text: string;
  readonly origin: number | null;
}

/** A text under rewriting, which maps offsets between its original and its current form. */
export class TrackedText {
  readonly original: string;
  #chunks: readonly Chunk[];

  constructor(original: string) {
    this.original = original;
    this.#chunks = [{ text: original, origin: 0 }];
  }

  /** Restores a rewritten text from its runs. */
  static of(
    original: string,
    current: string,
    runs: readonly (readonly [length: number, origin: number | null])[],
  ): TrackedText {
    const tracked = new TrackedText(original);
    let at = 0;
    tracked.#chunks = runs.map(([length, origin]) => ({ text: current.slice(at, (at += length)), origin }));
    return tracked;
  }

  /** The current text. */
  get text(): string {
    return this.#chunks.map((c) => c.text).join("");
  }

  /** Applies edits that do not overlap; those at the same offset are applied in the given order. */
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

  /** Returns length and origin of each part of the current text, from which `TrackedText.of` restores it. */
  runs(): readonly (readonly [length: number, origin: number | null])[] {
    return this.#chunks.map((c) => [c.text.length, c.origin]);
  }

  /** Converts an offset of the current text to one of the original; an offset in inserted text maps to the original text after it. */
  toOriginal(offset: number): number {
    let at = 0;
    for (const { text, origin } of this.#chunks) {
      if (origin !== null && offset < at + text.length) return origin + Math.max(offset - at, 0);
      at += text.length;
    }
    return this.original.length;
  }

  /** Converts the end of a range of the current text to one of the original: in inserted text, to the end of the original text before it. */
  toOriginalEnd(offset: number): number {
    let at = 0;
    let end = 0;
    for (const { text, origin } of this.#chunks) {
      if (at >= offset) break;
      if (origin !== null) end = origin + Math.min(offset - at, text.length);
      at += text.length;
    }
    return end;
  }

  /** Converts an offset of the original to one of the current text. */
  toCurrent(offset: number): number {
    let at = 0;
    let best = 0;
    for (const { text, origin } of this.#chunks) {
      if (origin !== null && origin <= offset) best = at + Math.min(offset - origin, text.length);
      at += text.length;
    }
    return best;
  }
}
