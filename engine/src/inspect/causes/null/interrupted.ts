/** A walk that ended early. */
import { wasInterrupted } from "../../../tape/watch/interrupted.ts";
import { type Cause, defineCause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";

export const interruptedWalk: Cause<GradientCase> = defineCause({
  id: "interrupted",
  symptoms: ["null"],
  title: "Backward was interrupted",
  mechanism:
    "An error in a gradient rule or hook, or an interrupt, ended the last backward before it reached the tensor.",
  remedy: "Run forward and backward again.",
  find: ({ edge, name, grad }) =>
    grad !== null || edge === null || !wasInterrupted(edge.node)
      ? []
      : [{ sentence: `The last backward ended by an error or an interrupt before it reached ${name}.` }],
});
