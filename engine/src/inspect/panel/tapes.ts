/** The tapes that the inspector's panel can show: those that backward walked last, and those of the host's variables. */
import type { GradientsData, TapeEntry } from "../../protocol/index.ts";
import { AccumulateGrad, Node } from "../../tape/graph/node.ts";
import { reachable } from "../../tape/graph/reachable.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { keptRoots, runOf } from "../diff/history.ts";
import { encodeGradients } from "../gradients/data.ts";
import { hostVariables } from "../shared/naming.ts";
import { titleOf } from "../tape/rows.ts";

/** Nodes that are visited to leave out results from which other results were computed. */
const maxVisited = 200_000;
/** Tapes that are listed. */
const maxTapes = 20;

/** A tape: its entry in the list, and the tensor whose tape it is. */
export interface InspectedTape {
  readonly entry: TapeEntry;
  readonly result: Tensor;
}

/** Returns the results by the nodes that computed them, the latest last. */
function results(): Tensor[] {
  const found = new Map<Node, Tensor>();
  for (const root of keptRoots()) {
    const [output] = root.watched?.outputs ?? [];
    if (output?.gradFn === root) found.set(root, output);
  }
  for (const value of Object.values(hostVariables()))
    if (value instanceof Tensor && value.gradFn instanceof Node) found.set(value.gradFn, value);
  return [...found].sort(([a], [b]) => a.seq - b.seq).map(([, t]) => t);
}

/**
 * Returns the tapes that can be shown, the latest last. Results that lead to another one are left out, as its tape has theirs. The number of a tape is that of the
 * node of its result.
 */
export function inspectedTapes(): InspectedTape[] {
  const all = results();
  const inner = new Set<Node>();
  const counts = new Map<Node, number>();
  let visited = 0;
  for (const { gradFn } of all.toReversed()) {
    if (!(gradFn instanceof Node) || inner.has(gradFn)) continue;
    let count = 0;
    for (const node of reachable([gradFn], (n) => !(n instanceof AccumulateGrad))) {
      count++;
      if (node !== gradFn) inner.add(node);
      if (++visited > maxVisited) break;
    }
    counts.set(gradFn, count);
    if (counts.size >= maxTapes || visited > maxVisited) break;
  }
  return all.flatMap((result) => {
    const { gradFn } = result;
    const ops = gradFn instanceof Node && !inner.has(gradFn) ? counts.get(gradFn) : undefined;
    if (ops === undefined || !(gradFn instanceof Node)) return [];
    return [{ result, entry: { id: gradFn.seq, title: titleOf(result), count: runOf(gradFn)?.count ?? null, ops } }];
  });
}

/** Returns the gradients of the leaves that lead to a result, by name. */
export function gradientsBehind(result: Tensor): GradientsData {
  const leaves: Tensor[] = [];
  const { gradFn } = result;
  if (gradFn instanceof Node)
    for (const node of reachable([gradFn])) if (node instanceof AccumulateGrad) leaves.push(node.variable);
  return encodeGradients(leaves.toReversed());
}
