/** Finds rows that deserve attention: units that do not learn, gradients that are zero or large. */
import { decodeNumber, type Finding, type GradientState, type Summary } from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";
import { growthIn } from "../../tape/watch/growth.ts";
import { formatBytes } from "../../view/shared/format.ts";
import { deadRelu } from "../causes/zero/dead-relu.ts";
import { stopTitles } from "../causes/zero/index.ts";

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

/** Returns for each row whose gradient is 0 the op at which it stopped, on the way from the loss; `null` for other rows, and where it is not known. */
export function stopsOf(nodes: readonly Node[], facts: readonly NodeFacts[]): (Node | null)[] {
  const rowOf = new Map(nodes.map((node, i) => [node, i]));
  const stops = nodes.map((): Node | null => null);
  for (let i = nodes.length - 1; i >= 0; i--)
    for (const edge of nodes[i].edges) {
      const input = edge === null ? undefined : rowOf.get(edge.node);
      if (input === undefined || facts[input].state !== "zero") continue;
      stops[input] ??= facts[i].state === "computed" ? nodes[i] : stops[i];
    }
  return stops;
}

/** Returns the cause of a gradient that is 0 in the words of explanations. */
function stopText(stop: Node | null): string {
  if (stop === null) return "The gradient that arrives here is 0 everywhere, so nothing before it learns from here.";
  const title = stop.op.stops === undefined ? "" : `, ${lowerFirst(stopTitles[stop.op.stops])}`;
  return `The gradient stops at ${stop.op.name}${title}: it is 0 everywhere before, so that nothing learns from there.`;
}

const lowerFirst = (text: string): string => `${text[0].toLowerCase()}${text.slice(1)}`;

/** Returns the findings of one row; `stop` is the op at which its gradient stopped. */
export function findingsOf(
  { op }: Node,
  row: number,
  { value, gradient, state }: NodeFacts,
  stop: Node | null,
): Finding[] {
  const texts: string[] = [];
  const zeros = value === null ? 0 : value.zeros / value.count;
  if (op.stops === "rectifier" && value !== null && value.count >= minUnits && zeros >= deadShare) {
    const percent = Math.round(100 * zeros);
    texts.push(`${deadRelu.title}: ${percent} % of these units are 0, so ${percent} % of the gradient stops here.`);
  }
  if (state === "zero") texts.push(stopText(stop));
  const norm = gradient === null || state !== "computed" ? 0 : decodeNumber(gradient.norm);
  if (norm > largeNorm && norm < Infinity)
    texts.push(`The gradient that arrives at ${op.name} is large: its norm is ${gradient?.norm}.`);
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

/** Returns the findings of statements that build on their own last result, and so keep all earlier ones alive. */
export function growthFindings(nodes: readonly Node[]): Finding[] {
  return growthIn(nodes).map(({ at, growth: { iterations, nodes: count, bytes, advice } }) => ({
    row: at,
    text: `This statement has run ${iterations} times and builds on its own last result, which keeps ${count} ops and ${formatBytes(bytes)} alive: ${advice}`,
  }));
}
