/** An op on infinities, such as ∞ − ∞ and 0 times ∞. */
import { type BreakCause, breakCause } from "../gradient/break-cause.ts";
import { hasFiniteOperands } from "../gradient/broken.ts";
import { isFiniteThroughout } from "../gradient/numbers.ts";
import { maskedRow } from "./masked-row.ts";

export const notFiniteOperands: BreakCause = breakCause({
  id: "not-finite-data",
  title: "Data, a constant or a parameter that is not finite",
  mechanism:
    "The first op that has NaN or infinity has it in an operand already, which no recorded op computed: missing values in the data, a mask of infinities that is added or multiplied (0 times ∞ and ∞ − ∞ are NaN), or a parameter that an earlier step has destroyed.",
  remedy:
    "Check the data with isfinite, and fill in missing values. If a parameter is not finite, explain the step that made it so: start again, with a smaller rate or with clipped gradients, and explain the first bad gradient.",
  applies: (b, flow) => b.direction === "forward" && !hasFiniteOperands(b, flow) && !maskedRow.applies(b, flow),
  words: (b, flow) => {
    const i = b.inputs.findIndex((x) => x !== null && !isFiniteThroughout(flow.numbers(x)));
    const n = b.inputs[i];
    const edge = b.node.edges[i] ?? null;
    const kind = edge === null ? "a constant" : "a parameter or leaf";
    return n === null || n === undefined
      ? "has such an operand"
      : `reads ${kind} [${n.shape.join(", ")}] that is not finite`;
  },
});
