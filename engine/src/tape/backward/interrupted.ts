/** Whether the last backward ended before it had reached all nodes, by an error or as the program was terminated. */
import type { Node } from "../graph/node.ts";

/** The last walk to accumulate gradients, if it was interrupted, and the nodes that it was to reach: all of its nodes for `null`. */
let walk: { readonly number: number; readonly wanted: WeakSet<Node> | null } | null = null;

/** Notes the number of an outermost walk that was interrupted, and which nodes it was to reach; `null` for one that came to its end. */
export function noteInterrupted(number: number | null, wanted: ReadonlySet<Node> | null = null): void {
  walk = number === null ? null : { number, wanted: wanted === null ? null : new WeakSet(wanted) };
}

/** Whether the last backward was on its way to the node when it was interrupted. */
export const wasInterrupted = (node: Node | null): boolean =>
  node !== null && walk !== null && node.walk === walk.number && walk.wanted?.has(node) !== false;
