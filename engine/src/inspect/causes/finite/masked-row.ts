/** A row that is masked throughout. */
import { type BreakCause, breakCause } from "../gradient/break-cause.ts";

export const maskedRow: BreakCause = breakCause({
  id: "masked-row",
  title: "A row that is masked throughout",
  mechanism:
    "A softmax over a row of −∞ alone divides 0 by 0. Masks of padding leave such rows for empty sequences, and a causal mask that is shifted by one for the first position.",
  remedy:
    "Leave at least one entry of each row, use a large negative number such as −1e9 in place of −∞, or multiply the result by the mask after nanToNum.",
  applies: (b, flow) =>
    b.node.op.breaks === "masked" &&
    b.inputs.some((x) => x !== null && flow.numbers(x).inf > 0 && flow.numbers(x).nan === 0),
  words: () => "takes the softmax of a row that is −∞ throughout",
});
