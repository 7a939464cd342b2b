/** The nodes that a walk visits, and their order. */

import type { Edge } from "../../tensor/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Node } from "../graph/node.ts";
import { none } from "../graph/saved.ts";

/** A root of a walk, with its initial cotangent. */
export interface Root {
  readonly edge: Edge;
  readonly gradient: Tensor;
}

/** The state of a walk on a node. */
export type NodeState = Pick<Node, "walk" | "pending" | "cotangents">;

/** Returns the state of a walk on a node. */
export const stateOf = ({ walk, pending, cotangents }: Node): NodeState => ({ walk, pending, cotangents });

/** The state that an outer walk had left on nodes that a nested walk visits too. */
export type OuterState = Map<Node, NodeState>;

function saveOuterState(state: OuterState, node: Node): void {
  if (state.has(node)) return;
  state.set(node, stateOf(node));
  node.cotangents = none;
}

/**
 * Returns all nodes that are reachable from the roots, latest first. Marks them with the number of the walk, and counts on each leaf the contributions that it
 * will get. Does not enter nodes for which `within` is false.
 */
export function nodesFrom(
  roots: readonly Root[],
  number: number,
  within: ((node: Node) => boolean) | undefined,
  outerState: OuterState | null,
): Node[] {
  const found: Node[] = [];
  const stack: Node[] = [];
  for (const { edge } of roots) {
    if (edge.node.walk === number) continue;
    if (outerState !== null) saveOuterState(outerState, edge.node);
    edge.node.walk = number;
    stack.push(edge.node);
  }
  let sorted = true;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (found.length > 0 && found[found.length - 1].seq < node.seq) sorted = false;
    found.push(node);
    for (const edge of node.edges) {
      if (edge === null) continue;
      const input = edge.node;
      if (outerState !== null) saveOuterState(outerState, input);
      if (input.depth === 0) input.pending = input.walk === number ? input.pending + 1 : 1;
      if (input.walk === number || within?.(input) === false) continue;
      input.walk = number;
      stack.push(input);
    }
  }
  return sorted ? found : found.sort((a, b) => b.seq - a.seq);
}

/** Whether an edge of the node leads to one of `nodes`. */
export const leadsTo = (node: Node, nodes: ReadonlySet<Node>): boolean =>
  node.edges.some((e) => e !== null && nodes.has(e.node));

/** Returns the targets and the nodes from which one of them is reachable: the others need not be visited. */
export function nodesLeadingTo(targets: readonly Edge[], order: readonly Node[]): Set<Node> {
  const wanted = new Set(targets.map((t) => t.node));
  for (let i = order.length - 1; i >= 0; i--) if (leadsTo(order[i], wanted)) wanted.add(order[i]);
  return wanted;
}
