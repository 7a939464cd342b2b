/** Finds the rows of a tape at which NaN or infinity begins, in the words of explanations. */
import type { Finding, Summary } from "../../protocol/index.ts";
import { edgeOf, type Node } from "../../tape/graph/node.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { causeOfBroken } from "../causes/finite/index.ts";
import { type Broken, brokenOp } from "../causes/gradient/broken.ts";
import { Flow } from "../causes/gradient/flow.ts";
import { isFiniteThroughout } from "../causes/gradient/numbers.ts";
import type { NodeFacts } from "./findings.ts";

const isBad = (s: Summary | null): boolean => s !== null && s.nan + s.inf > 0;

/** Returns the flow to the first of the roots that a node leads to. */
function flowsOf(roots: readonly Tensor[]): (node: Node) => Flow | null {
  const flows = roots.flatMap((t) => {
    const edge = edgeOf(t);
    return edge === null ? [] : [new Flow(edge, t)];
  });
  const of = new Map(flows.toReversed().flatMap((flow) => flow.nodes.map((node) => [node, flow] as const)));
  return (node) => of.get(node) ?? null;
}

/** Returns the op of a row, if its result is not finite and those of the rows before are. */
function forwardBreak(node: Node, flow: Flow, isBadBefore: boolean): Broken | null {
  const bad = node.watched?.outputs.find((y) => !isFiniteThroughout(flow.numbers(y)));
  if (bad === undefined || isBadBefore) return null;
  const inputs = node.metas.map((_, i) => flow.input(node, i));
  return brokenOp(flow, "forward", node, bad, inputs, null);
}

/** Returns the op of a row, if its gradient rule gave a contribution that is not finite for cotangents that are. */
function backwardBreak(node: Node, flow: Flow): Broken | null {
  const { cotangents, contributions } = node.watched ?? {};
  const bad = contributions?.find((g) => g !== null && !isFiniteThroughout(flow.numbers(g))) ?? null;
  if (bad === null || cotangents?.some((g) => g !== null && !isFiniteThroughout(flow.numbers(g)))) return null;
  const inputs = node.metas.map((_, i) => flow.input(node, i));
  return brokenOp(flow, "backward", node, bad, inputs, cotangents?.find((g) => g !== null) ?? null);
}

/** Returns the findings of the rows at which values or gradients that are not finite begin. */
export function brokenFindings(
  roots: readonly Tensor[],
  nodes: readonly Node[],
  facts: readonly NodeFacts[],
): Finding[] {
  const values = facts.map((f) => isBad(f.value));
  const gradients = facts.map((f) => isBad(f.gradient));
  const isForward = values.includes(true);
  if (!isForward && !gradients.includes(true)) return [];
  const flowOf = flowsOf(roots);
  const rowOf = new Map(nodes.map((node, i) => [node, i]));
  const findings = nodes.flatMap((node, row): Finding[] => {
    const flow = flowOf(node);
    if (flow === null) return [];
    const isBadBefore = node.edges.some((e) => e !== null && values[rowOf.get(e.node) ?? -1]);
    // a cotangent that passes a value that is not finite is expected to be bad, too
    const broken = isForward ? forwardBreak(node, flow, isBadBefore) : backwardBreak(node, flow);
    const finding = broken === null ? null : causeOfBroken(broken, flow);
    return finding === null ? [] : [{ row, text: finding.sentence }];
  });
  const bad = isForward ? values : gradients;
  const count = bad.filter((b) => b).length;
  if (findings.length > 0) return findings;
  const what = isForward ? "results" : "gradients that arrive";
  return [{ row: bad.indexOf(true), text: `The ${what} are not finite from here on (${count} rows).` }];
}
