/** Lines of an error: its name and message, and the code with a mark under it. Coloured by ANSI, red alone, as it is readable on light and dark. */

const red = (text: string): string => `\u001B[31m${text}\u001B[39m`;
const boldRed = (text: string): string => `\u001B[1;31m${text}\u001B[22;39m`;

/** `TypeError: message`, in the message's lines. */
export function headLines(name: string, message: string): string[] {
  const [first = "", ...more] = message.split("\n");
  return [first === "" ? boldRed(name) : `${boldRed(name)}: ${first}`, ...more];
}

/** Characters of a line that are shown: so many fit a window 1,000 pixels wide, where a line that wraps would leave its caret behind. */
const widest = 84;

const wide = /\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]/u;

/** Blanks as wide as the text. */
const blank = (text: string): string =>
  Array.from(text, (c) => (c === "\t" ? "\t" : " ".repeat(wide.test(c) ? 2 : 1))).join("");

/** The part of a long line around what is marked, and where the mark begins in it. */
function around(text: string, at: number, width: number): readonly [part: string, at: number] {
  if (text.length <= widest) return [text, at];
  const marked = Math.min(width, widest / 2);
  const from = Math.max(0, Math.min(at - Math.floor((widest - marked) / 2), text.length - widest));
  const end = from + widest;
  const part = text.slice(from, end).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, " ");
  return [`${from > 0 ? "…" : ""}${part}${end < text.length ? "…" : ""}`, at - from + (from > 0 ? 1 : 0)];
}

/** The typed line, and carets from `column` on, which is 1-based. */
export function excerpt(code: string, line: number, column: number, width = 1): string[] {
  const typed = code.split("\n")[line - 1]?.replace(/\r$/, "");
  if (typed === undefined) return [];
  const [text, at] = around(typed, Math.max(column - 1, 0), width);
  const gutter = `${line}`.padStart(4);
  const carets = "^".repeat(Math.max(Math.min(width, text.length - at), 1));
  return [`${gutter} | ${text}`, `${" ".repeat(gutter.length)} | ${blank(text.slice(0, at))}${red(carets)}`];
}
