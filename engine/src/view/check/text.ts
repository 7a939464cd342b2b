/** A failed check as text, which stands alone. */
import type { CheckData, CheckOutcome, CheckTape, PartResult } from "../../protocol/index.ts";
import { alignColumns } from "../shared/table.ts";
import { checkTapeWords, factText, outcomeOfPart, pointsText, tapeCells, tapeHeads } from "./words.ts";

const maxTapeLines = 14;

/** Returns the sentence, the facts and the first hint, as the message of an error has them. */
export function checkMessage({ check, sentence, facts, hints }: CheckData): string {
  const width = Math.max(0, ...facts.map(({ name }) => name.length));
  return [
    `${check}: ${sentence}`,
    ...facts.map((fact) => `  ${fact.name.padEnd(width)}  ${factText(fact)}`),
    ...hints.slice(0, 1).map((hint) => `  hint: ${hint}`),
  ].join("\n");
}

/** Returns the lines of the tape around the failing op, which has an arrow, or those at its end. */
function tapeLines(tape: CheckTape): string[] {
  const { rows } = tape;
  const table = alignColumns([["", ...tapeHeads], ...rows.map((row) => [row.failing ? "▶" : "", ...tapeCells(row)])]);
  const [head = "", ...lines] = table.map((line) => `    ${line}`);
  const failing = rows.findIndex((row) => row.failing);
  const last = failing < 0 ? lines.length : Math.min(lines.length, failing + Math.ceil(maxTapeLines / 2));
  const first = Math.max(0, Math.min(last, lines.length) - maxTapeLines);
  const more = (n: number, where: string): string[] => (n > 0 ? [`    … ${n} ${where}`] : []);
  return [
    `  ${checkTapeWords(tape)}`,
    head,
    ...more(first + tape.omitted, "earlier ops"),
    ...lines.slice(first, last),
    ...more(lines.length - last, "later ops"),
  ];
}

/** Returns the message, then the table and the tape. */
export function checkText(data: CheckData): string {
  const { table, tape } = data;
  const rows = table === null ? [] : alignColumns([table.heads, ...table.rows]).map((line) => `  ${line}`);
  const more = table === null || table.omitted === 0 ? [] : [`  … and ${table.omitted} more`];
  return [checkMessage(data), ...rows, ...more, ...(tape === null ? [] : tapeLines(tape))].join("\n");
}

/** Returns the line of a part, such as `✓ shapes (2 of 2)`. */
export const partHead = ({ name, points, earned, failure }: PartResult): string =>
  `${failure === null ? "✓" : "✗"} ${name} (${pointsText(earned)} of ${pointsText(points)})`;

/** Returns the line of a part, with its failure. */
export const partText = (part: PartResult): string => outcomeText(outcomeOfPart(part));

/** Returns an outcome as text. */
export function outcomeText({ part, failure }: CheckOutcome): string {
  const head = part === null ? [] : [partHead({ ...part, failure })];
  return [...head, ...(failure === null ? [] : [checkText(failure)])].join("\n");
}
