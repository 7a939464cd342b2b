/** A division by a deviation or variance that is 0. */
import type { Node } from "../../../tape/graph/node.ts";
import { type BreakCause, breakCause, producerOf } from "../gradient/break-cause.ts";
import { num } from "../gradient/words.ts";

/** Whether an op computes a variance or deviation, perhaps with a number added or a root taken. */
export function isSpread(node: Node | null): boolean {
  for (let n = node, steps = 0; n !== null && steps < 4; steps++) {
    if (n.op.isSpread === true) return true;
    const edge: Node["edges"][number] = n.edges.find((e) => e !== null && e.node.depth > 0) ?? null;
    n = n.op.breaks === "root" || n.op.accumulation !== undefined ? (edge?.node ?? null) : null;
  }
  return false;
}

export const vanishingVariance: BreakCause = breakCause({
  id: "vanishing-variance",
  title: "Division by a vanishing variance",
  mechanism:
    "A normalization by hand divides by a standard deviation. For a feature that is constant in the batch, or a batch of one, it is 0.",
  remedy:
    "Add an epsilon inside the root, as in x.sub(mean).div(variance.add(1e-5).sqrt()), or use layerNorm or batchNorm, which do; drop constant features.",
  applies: (b) =>
    (b.node.op.breaks === "quotient" && isSpread(producerOf(b, b.node.metas.length - 1))) ||
    (b.node.op.breaks === "root" &&
      b.node.op.isSpread !== true &&
      b.direction === "forward" &&
      isSpread(producerOf(b, 0))),
  words: (b) => {
    const z = b.operands[b.node.metas.length - 1];
    return `divides by a deviation of ${z === null || z === undefined ? "0" : num(z)}`;
  },
});
