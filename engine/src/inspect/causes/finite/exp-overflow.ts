/** An exponential that is too large for the dtype. */
import { type BreakCause, breakCause } from "../gradient/break-cause.ts";
import { num } from "../gradient/words.ts";

export const expOverflow: BreakCause = breakCause({
  id: "exp-overflow",
  title: "Overflow of an exponential",
  mechanism:
    "exp(x) is infinite above 88.7 in float32, 709.8 in float64 and 11.1 in float16. A softmax by hand, a log-sum-exp by hand and a variance as exp of a free output meet it.",
  remedy:
    "Use softmax, logSoftmax, logsumexp and F.softplus, which subtract the maximum first; clamp the exponent; scale the inputs.",
  applies: (b) =>
    b.node.op.breaks === "exponential" ||
    (b.node.op.breaks === "power" &&
      b.direction === "forward" &&
      Number.isFinite(b.operands[0] ?? 0) &&
      Math.abs(b.operands[0] ?? 0) > 1),
  words: (b) => `overflows${b.operands[0] === null || b.operands[0] === undefined ? "" : ` at ${num(b.operands[0])}`}`,
});
