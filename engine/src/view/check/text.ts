/** A failed check as text, which stands alone. */
import type { CheckData, PartResult } from "../../protocol/index.ts";
import { alignColumns } from "../shared/table.ts";

const maxTapeLines = 14;

/** Returns the sentence, the facts and the first hint, as the message of an error has them. */
export function checkMessage({ check, sentence, facts, hints }: CheckData): string {
  const width = Math.max(0, ...facts.map(({ name }) => name.length));
  return [
    `${check}: ${sentence}`,
    ...facts.map(({ name, text }) => `  ${name.padEnd(width)}  ${text}`),
    ...hints.slice(0, 1).map((hint) => `  hint: ${hint}`),
  ].join("\n");
}

/** Returns the message, then the table and the tape. */
export function checkText(data: CheckData): string {
  const { table, tape } = data;
  const rows = table === null ? [] : alignColumns([table.heads, ...table.rows]).map((line) => `  ${line}`);
  const more = table === null || table.omitted === 0 ? [] : [`  … and ${table.omitted} more`];
  const lines = tape === null ? [] : tape.split("\n");
  const shown = lines.slice(-maxTapeLines).map((line) => `  ${line}`);
  return [checkMessage(data), ...rows, ...more, ...(shown.length === 0 ? [] : ["  tape:", ...shown])].join("\n");
}

/** Returns a number of points without needless digits. */
export const pointsText = (points: number): string => String(Number(points.toFixed(2)));

/** Returns the line of a part, such as `✓ shapes (2 of 2)`, with its failure. */
export function partText({ name, points, earned, failure }: PartResult): string {
  const head = `${failure === null ? "✓" : "✗"} ${name} (${pointsText(earned)} of ${pointsText(points)})`;
  return failure === null ? head : `${head}\n${checkText(failure)}`;
}
