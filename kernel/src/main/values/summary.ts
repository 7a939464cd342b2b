/** One line about a value. */
import { inspectText } from "./inspect-text.ts";

const maxText = 80;

const characters = new Intl.Segmenter();

/** Cuts a text to a number of characters, between grapheme clusters. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  // a part that is long enough, because the text may be large
  const begin = text.slice(0, 16 * most);
  const kept = Array.from(characters.segment(begin), (c) => c.segment);
  if (begin.length < text.length) kept.pop();
  return kept.length <= most && begin.length === text.length ? text : `${kept.slice(0, most - 1).join("")}…`;
}

/** Returns the text of a value on one line. */
export function oneLine(value: unknown): string {
  if (typeof value === "string") {
    const begin = shortened(value, maxText);
    return begin === value ? inspectText(value) : `${inspectText(begin)} length ${value.length.toLocaleString("en")}`;
  }
  const text = inspectText(value, {
    depth: 1,
    maxArrayLength: 8,
    maxStringLength: maxText,
    breakLength: Number.POSITIVE_INFINITY,
  });
  return shortened(text.replaceAll(/\s+/g, " "), maxText);
}
