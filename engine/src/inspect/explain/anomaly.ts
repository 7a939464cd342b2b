/** The cause of an error of anomaly mode, as `explain` names it. */
import type { CauseFinding } from "../../protocol/index.ts";
import type { Anomaly } from "../../tape/watch/anomaly.ts";
import { causeOfBroken } from "../causes/finite/index.ts";
import { brokenOp } from "../causes/gradient/broken.ts";
import { Flow } from "../causes/gradient/flow.ts";

/** Returns the cause of an op that created NaN or infinity; `null` where none is known, and for a batch of cotangents, which belong to no element of the op. */
export function explainAnomaly({ direction, node, bad, cotangent, root }: Anomaly): CauseFinding | null {
  if (bad.storage.isBatched || cotangent?.storage.isBatched === true) return null;
  const flow = new Flow(root ?? node);
  const inputs = node.metas.map((_, i) => flow.input(node, i));
  return causeOfBroken(brokenOp(flow, direction, node, bad, inputs, cotangent), flow);
}
