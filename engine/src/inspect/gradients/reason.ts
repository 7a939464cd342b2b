/** The reason of a gradient that is missing or 0, in the words of the causes that `explain` finds. */
import { decodeNumber, type GradientState } from "../../protocol/index.ts";
import { edgeOf } from "../../tape/graph/node.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { GradientCase } from "../causes/gradient/case.ts";
import { Flow } from "../causes/gradient/flow.ts";
import { gradientCauses, gradientFindings } from "../causes/gradient-causes.ts";
import { findLoss } from "../explain/find-loss.ts";
import { atLine } from "../shared/lines.ts";

/** Tensors of a table that are explained; others show their state alone. */
const maxExplained = 64;

/** States that a cause says more about. */
const open: ReadonlySet<GradientState> = new Set<GradientState>(["notReached", "zero"]);

/** Returns the reasons of the tensors of a table by position; "" where there is none to add. Tensors of one loss share its flow. */
export function reasonsOf(tensors: readonly Tensor[], states: readonly GradientState[]): string[] {
  const flows = new Map<Tensor, Flow>();
  let explained = 0;
  return tensors.map((t, i) => {
    if (!open.has(states[i]) || explained++ >= maxExplained) return "";
    const loss = findLoss(t);
    const edge = loss === null ? null : edgeOf(loss);
    const flow = loss === null || edge === null ? null : (flows.get(loss) ?? new Flow(edge, loss));
    if (loss !== null && flow !== null) flows.set(loss, flow);
    const [first] = gradientFindings(new GradientCase(t, { flow, loss }));
    if (first === undefined || first.kind === "fact" || decodeNumber(first.share) <= 0) return "";
    const title = gradientCauses.find((cause) => cause.id === first.cause)?.title ?? first.cause;
    const place = first.path.findLast((p) => p.at !== null);
    return `${title[0].toLowerCase()}${title.slice(1)}${atLine(place?.at ?? null)}`;
  });
}
