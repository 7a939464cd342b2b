/** Whether the last backward ended before it had visited all nodes: by an error, or because the program was terminated. */
import { listen } from "../graph/listener.ts";
import type { Node } from "../graph/node.ts";

/** The last walk that accumulated gradients, if it was interrupted, and the nodes that it was to visit: all of its nodes for `null`. */
let interrupted: { readonly number: number; readonly wanted: WeakSet<Node> | null } | null = null;

listen({
  walkEnded({ number, wanted, accumulates, outer }, completed): void {
    if (!accumulates || outer !== null) return;
    interrupted = completed ? null : { number, wanted: wanted === null ? null : new WeakSet(wanted) };
  },
});

/** Whether the last backward was interrupted and was to visit the node. */
export const wasInterrupted = (node: Node | null): boolean =>
  node !== null && interrupted !== null && node.walk === interrupted.number && interrupted.wanted?.has(node) !== false;
