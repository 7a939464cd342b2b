/** Steps as plain text, for terminals, graders and screen readers. */
import type { StepsData } from "../../protocol/index.ts";
import { alignColumns, limitLines, maxTextRows } from "../shared/table.ts";
import { stepTable } from "./table.ts";
import { omittedStepWords, stepsHeadline } from "./words.ts";

/** Returns the headline, a table of the backward pass, or of the forward pass where there is none, and what was left out. */
export function stepsText(data: StepsData): string {
  const { heads, lines } = stepTable(data);
  const table = alignColumns([heads, ...lines]);
  return [
    stepsHeadline(data),
    "",
    ...limitLines(table, maxTextRows, "lines"),
    ...omittedStepWords(data).map((sentence) => `(${sentence})`),
  ].join("\n");
}
