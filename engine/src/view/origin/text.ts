/** An origin as plain text. */
import type { OriginData } from "../../protocol/index.ts";
import { formatShape } from "../shared/format.ts";
import { alignColumns, limitLines, maxTextRows } from "../shared/table.ts";
import {
  declaredWords,
  originHeadline,
  originPlace,
  originStack,
  readsOfStep,
  sourceKindWords,
  sourceName,
  sourceShape,
  sourceValue,
  stepScope,
  stepValue,
} from "./words.ts";

const stepHeads: readonly string[] = ["op", "reads", "shape", "value", "cell:line"];
const sourceHeads: readonly string[] = ["source", "kind", "shape", "value", "declared"];

/** Returns the origin as text: sentences, the ops from the value back, and the sources. */
export function originText(data: OriginData): string {
  const { steps, sources, totals } = data;
  const stack = originStack(data);
  const stepLines = steps.op.map((op, i) => [
    `${op} ${stepScope(data, i)}`.trimEnd(),
    readsOfStep(data, i).join(", "),
    formatShape(steps.shape[i]),
    stepValue(data, i),
    originPlace(data, steps.site[i]),
  ]);
  const sourceLines = sources.name.map((name, i) => [
    sourceName(name),
    sourceKindWords(data, i),
    sourceShape(data, i),
    sourceValue(data, i),
    declaredWords(data, i),
  ]);
  return [
    originHeadline(data),
    ...data.sentences,
    ...(stack === "" ? [] : [`Called from ${stack}`]),
    ...section(stepHeads, stepLines, totals.steps, "ops"),
    ...section(sourceHeads, sourceLines, totals.sources, "sources"),
  ].join("\n");
}

/** Returns a table below an empty line; nothing without rows. */
function section(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  total: number,
  noun: string,
): string[] {
  if (rows.length === 0) return [];
  const lines = limitLines(alignColumns([heads, ...rows]), maxTextRows, noun);
  const left = total - rows.length;
  return ["", ...lines, ...(left > 0 && rows.length < maxTextRows ? [`… and ${left} more ${noun}`] : [])];
}
