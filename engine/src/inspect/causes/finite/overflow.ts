/** Finite operands whose result is too large, or an op for which no other way to break is known. */
import { type BreakCause, breakCause } from "../gradient/break-cause.ts";
import { hasFiniteOperands } from "../gradient/broken.ts";

export const overflow: BreakCause = breakCause({
  id: "overflow",
  title: "Overflow of another op",
  mechanism:
    "Sums, products and squares of large numbers exceed 3.4e38 in float32 and 65,504 in float16. It is the end of a growth that began earlier: a rate that is too large, an unstable recurrence, inputs in large units.",
  remedy: "Scale the inputs, clip gradients, take a smaller rate; compute squared sums in float64.",
  applies: (b, flow) =>
    (b.node.op.breaks === undefined ||
      (b.node.op.breaks === "masked" && b.inputs.every((x) => x === null || flow.numbers(x).inf === 0))) &&
    (b.direction === "backward" || hasFiniteOperands(b, flow)),
  words: ({ direction, inputs }) =>
    direction === "forward"
      ? inputs.includes(null)
        ? "is the first op whose result is known; its operands were not kept"
        : "has finite operands and a result that is not"
      : "has finite operands and a contribution that is not",
});
