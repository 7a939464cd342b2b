/** Lines of a traceback: name and message of the error, and the source line with carets. Red is the only ANSI colour, as it is readable on light and dark pages. */

const red = (text: string): string => `\u001B[31m${text}\u001B[39m`;
const boldRed = (text: string): string => `\u001B[1;31m${text}\u001B[22;39m`;

/** Returns the lines of `TypeError: message`. */
export function headLines(name: string, message: string): string[] {
  const [first = "", ...more] = message.split("\n");
  return [first === "" ? boldRed(name) : `${boldRed(name)}: ${first}`, ...more];
}

/** Length to which source lines are cut: it fits a window 1,000 pixels wide, and a caret under a line that wraps would be misplaced. */
const maxLength = 84;

const wide = /\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]/u;

/** Returns blanks of the same width as a text in a monospaced font. */
const blank = (text: string): string =>
  Array.from(text, (c) => (c === "\t" ? "\t" : " ".repeat(wide.test(c) ? 2 : 1))).join("");

/** Returns the part of a long line around the carets, and the offset of the carets in it. */
function cutAround(text: string, at: number, width: number): readonly [part: string, at: number] {
  if (text.length <= maxLength) return [text, at];
  const shownWidth = Math.min(width, maxLength / 2);
  const from = Math.max(0, Math.min(at - Math.floor((maxLength - shownWidth) / 2), text.length - maxLength));
  const end = from + maxLength;
  const part = text.slice(from, end).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, " ");
  return [`${from > 0 ? "…" : ""}${part}${end < text.length ? "…" : ""}`, at - from + (from > 0 ? 1 : 0)];
}

/** Returns a source line, and below it carets that begin at a 1-based column. */
export function excerpt(code: string, line: number, column: number, width = 1): string[] {
  const sourceLine = code.split("\n")[line - 1]?.replace(/\r$/, "");
  if (sourceLine === undefined) return [];
  const [text, at] = cutAround(sourceLine, Math.max(column - 1, 0), width);
  const gutter = `${line}`.padStart(4);
  const carets = "^".repeat(Math.max(Math.min(width, text.length - at), 1));
  return [`${gutter} | ${text}`, `${" ".repeat(gutter.length)} | ${blank(text.slice(0, at))}${red(carets)}`];
}
