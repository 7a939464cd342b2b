/** A leaf that the loss was not computed from. */
import { lastWalk } from "../../../tape/backward/last-walk.ts";
import { AccumulateGrad } from "../../../tape/graph/node.ts";
import { atLine, lineOfSite } from "../../shared/lines.ts";
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { cutPaths, isOffTape, readPaths } from "../gradient/cut-paths.ts";

export const unused: Cause<GradientCase> = defineCause({
  id: "unused",
  symptoms: ["null"],
  title: "Not used in this forward pass",
  mechanism:
    "A gradient reaches the tensors that the loss was computed from. A layer that forward does not call, a branch that was not taken, or a result that was thrown away gives no path. Where a value left the tape on the way, that is named instead.",
  remedy:
    "Use the tensor in forward, or remove it. Check that the result of the layer is used, and that the loss is the one of this model.",
  find(c) {
    const { edge, flow, title } = c;
    if (c.state !== "null" || edge === null || !(edge.node instanceof AccumulateGrad)) return [];
    if (c.isLossConstant) return [];
    const { lastUse, lastUser } = edge.node;
    const walk = lastWalk();
    if (flow === null && (walk === null || !walk.trail.isComplete)) return [];
    if (flow === null ? walk?.trail.leaves.has(edge.node.seq) === true : c.isReached) return [];
    if (flow === null && edge.node.accumulations > 0) return [];
    const cuts = cutPaths(c);
    if (cuts.some(({ cut }) => isOffTape(cut))) return [];
    const [read] = cuts.length > 0 ? [] : readPaths(c);
    const use =
      lastUser === null
        ? "no recorded op has used it"
        : `it was last used by ${lastUser}, whose result does not lead to the loss`;
    const what = flow === null ? "the root of the last backward" : "the loss";
    return [
      {
        kind: cuts.length > 0 ? "fact" : "fault",
        sentence: `${title} is not among the tensors that ${what} was computed from: ${use}${read === undefined ? "" : ` but was read as numbers by ${read.cut.op}${atLine(lineOfSite(read.cut.site))}`}.`,
        evidence: [fact("last use", lastUser === null ? "none" : `${lastUser}, node ${lastUse}`)],
        ...(read === undefined
          ? {}
          : {
              path: read.path,
              fix: "If the loss was computed from those numbers, compute it from the tensor itself: gradients do not flow through numbers.",
            }),
      },
    ];
  },
});
