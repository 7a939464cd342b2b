/** Finds rows that deserve attention: values that are not finite, units that do not learn, gradients that are zero or large. */
import { decodeNumber, type Finding, type GradientState, type Summary } from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";

/** Statistics of a node's first output and of the gradient that arrived at it. */
export interface NodeFacts {
  readonly value: Summary | null;
  readonly state: GradientState;
  readonly gradient: Summary | null;
}

/** Share of zeros from which units count as dead, and the number of units from which the share says something. */
const deadShare = 0.9;
const minUnits = 16;

const largeNorm = 1e4;

/** Returns `2 NaN and 1 infinite`, or `null` where all elements are finite. */
function nonFinite(s: Summary | null): string | null {
  if (s === null || s.nan + s.inf === 0) return null;
  return [s.nan > 0 ? `${s.nan} NaN` : "", s.inf > 0 ? `${s.inf} infinite` : ""].filter((t) => t !== "").join(" and ");
}

/** Returns the findings of one row. */
export function findingsOf({ op }: Node, row: number, { value, gradient, state }: NodeFacts): Finding[] {
  const texts: string[] = [];
  const badValues = nonFinite(value);
  if (badValues !== null) texts.push(`${op.name} made ${badValues} of ${value?.count} values.`);
  const badGradient = nonFinite(gradient);
  if (badGradient !== null)
    texts.push(`The gradient that arrives at ${op.name} has ${badGradient} of ${gradient?.count} values.`);
  const zeros = value === null ? 0 : value.zeros / value.count;
  if (op.zeroStopsGradient && value !== null && value.count >= minUnits && zeros >= deadShare) {
    const percent = Math.round(100 * zeros);
    texts.push(`${percent} % of these units are 0, so ${percent} % of the gradient stops here.`);
  }
  if (state === "zero")
    texts.push(`The gradient that arrives at ${op.name} is 0 everywhere, so nothing before it learns from here.`);
  if (gradient !== null && state === "computed" && decodeNumber(gradient.norm) > largeNorm)
    texts.push(`The gradient that arrives at ${op.name} is large: its norm is ${gradient.norm}.`);
  return texts.map((text) => ({ row, text }));
}

/** Merges findings with equal texts into one, at the first of their rows, with the number of rows. */
export function mergeFindings(findings: readonly Finding[]): Finding[] {
  const byText = new Map<string, Finding[]>();
  for (const f of findings) byText.set(f.text, [...(byText.get(f.text) ?? []), f]);
  return [...byText.values()].map(([first, ...others]) =>
    others.length === 0 ? first : { row: first.row, text: `${first.text} (${others.length + 1} rows)` },
  );
}
