/** Conversion between offsets and 0-based lines and columns of a text. */

/** A 0-based line and column. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Matches the line terminators of the compiler and of V8; an editor counts line feeds alone. */
export const compilerLineBreak: RegExp = /\r\n|[\n\r\u2028\u2029]/g;

/** Returns line and column of an offset. */
export function positionOf(text: string, offset: number, lineBreak: RegExp = /\n/g): Position {
  const before = text.slice(0, offset);
  let line = 0;
  let start = 0;
  for (const { index, 0: found } of before.matchAll(lineBreak)) {
    line++;
    start = index + found.length;
  }
  return { line, character: offset - start };
}

/** Returns the offset of a line and column. */
export function offsetOf(text: string, line: number, character: number, lineBreak: RegExp = /\n/g): number {
  if (line === 0) return Math.min(character, text.length);
  let n = 0;
  for (const { index, 0: found } of text.matchAll(lineBreak))
    if (++n === line) return Math.min(index + found.length + character, text.length);
  return text.length;
}
