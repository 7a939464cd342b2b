/** The branch of a where that was not chosen, and whose slope is infinite. */
import type { Node } from "../../../tape/graph/node.ts";
import { type BreakCause, breakCause } from "../gradient/break-cause.ts";
import type { Flow } from "../gradient/flow.ts";
import { opWords } from "../gradient/place.ts";

/** Returns the op that chooses among elements behind a node, on the way to the loss; `null` for none. */
export function chooserAfter(flow: Flow, node: Node): Node | null {
  const seen = new Set<Node>();
  const queue = [node];
  for (const at of queue) {
    for (const use of flow.consumers(at)) {
      if (seen.has(use.node)) continue;
      if (use.node.op.stops === "choice" && use.node.metas.length === 3) return use.node;
      seen.add(use.node);
      queue.push(use.node);
    }
  }
  return null;
}

export const whereBranch: BreakCause = breakCause({
  id: "where-branch",
  title: "Zero times infinity through where",
  mechanism:
    "where passes the gradient 0 to the branch that it did not choose. If the slope of that branch is infinite or NaN at such an element, as that of sqrt or log at 0, 0 times infinity is NaN, although the branch has no part in the result.",
  remedy:
    "Choose twice: give the branch a safe operand where it is not used, and choose between the results afterwards: const safe = where(ok, x, 1); where(ok, safe.sqrt(), 0).",
  applies: (b, flow) => b.direction === "backward" && b.upstream === 0 && chooserAfter(flow, b.node) !== null,
  words: (b, flow) => {
    const chooser = chooserAfter(flow, b.node);
    return `multiplies the 0 of a branch that ${chooser === null ? "where" : opWords(chooser)} did not choose by an infinite slope`;
  },
});
