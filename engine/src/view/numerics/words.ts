/** Texts of a numeric check that all its forms have in common. */
import type { NumericRow, NumericState, NumericsData } from "../../protocol/index.ts";
import { formatNumber, formatShape } from "../shared/format.ts";

/** The states in words. */
export const numericWords: Readonly<Record<NumericState, string>> = {
  right: "agrees",
  wrong: "wrong",
  kink: "kink nearby",
  notFinite: "not finite",
  random: "random",
  unknown: "not checked",
};

/** The signs of the states, so that colour alone does not carry the meaning. */
export const numericSigns: Readonly<Record<NumericState, string>> = {
  right: "✓",
  wrong: "✗",
  kink: "∧",
  notFinite: "∞",
  random: "?",
  unknown: "–",
};

/** Returns `Gradient check of loss: 5 ops, 1 wrong, 4 agree`. */
export function numericHeadline({ title, totals }: NumericsData): string {
  const parts = [
    totals.wrong > 0 ? `${totals.wrong} wrong` : "",
    totals.right > 0 ? `${totals.right} agree${totals.right === 1 ? "s" : ""}` : "",
    totals.kinks > 0 ? `${totals.kinks} at a kink` : "",
    totals.unchecked > 0 ? `${totals.unchecked} not checked` : "",
  ].filter((text) => text !== "");
  return `Gradient check of ${title}: ${totals.ops} op${totals.ops === 1 ? "" : "s"}, ${parts.join(", ")}`;
}

/** Returns the farthest element, such as `[0, 2]: rule 1.5, numeric 3`; empty if all agree. */
export const worstWords = ({ worst }: NumericRow): string =>
  worst === null
    ? ""
    : `[${worst.index.join(", ")}]: rule ${formatNumber(worst.rule)}, numeric ${formatNumber(worst.numeric)}`;

/** Returns the number of elements that were compared, such as `24` or `100 of 4096`. */
export const checkedWords = ({ checked, total }: NumericRow): string =>
  total === 0 ? "" : checked === total ? String(total) : `${checked} of ${total}`;

/** Returns the line of an op as `cell 3 : line 2`; empty where it is not known. */
export function numericPlace({ at }: NumericRow): string {
  if (at === null) return "";
  const name = at.count === null ? (at.file.split(/[/\\]/).at(-1) ?? at.file) : `cell ${at.count}`;
  return `${name} : line ${at.line}`;
}

/** Returns the input with its shape. */
export const inputWords = ({ input, shape }: NumericRow): string =>
  input === "" ? "" : `${input} ${formatShape(shape)}`;

/** Returns the sentence and the notes of a row. */
export const rowSentences = ({ sentence, notes }: NumericRow): string[] =>
  [sentence, ...notes].filter((text) => text !== "");

/** The heads of the table. */
export const numericHeads: readonly string[] = ["", "op", "input", "compared", "result", "ratio", "line"];

/** Returns the cells of a row, in the order of the heads. */
export const numericCells = (row: NumericRow): string[] => [
  numericSigns[row.state],
  row.scope === "" ? row.op : `${row.op} in ${row.scope}`,
  inputWords(row),
  checkedWords(row),
  row.state === "wrong" ? `${row.wrong} wrong` : numericWords[row.state],
  row.ratio === null ? "" : formatNumber(row.ratio),
  numericPlace(row),
];
