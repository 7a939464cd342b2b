/** A logarithm of 0 or of a negative number. */
import { type BreakCause, breakCause } from "../gradient/break-cause.ts";
import type { Broken } from "../gradient/broken.ts";
import { num } from "../gradient/words.ts";
import { isVanished } from "./lost-difference.ts";
import { whereBranch } from "./where-branch.ts";

/** Returns the operand of the logarithm that is not positive; `null` for none. */
const operand = ({ operands, node }: Broken): number | null =>
  node.metas.length === 1 ? operands[0] : (operands.at(-1) ?? null);

export const logOfZero: BreakCause = breakCause({
  id: "log-of-zero",
  title: "Logarithm of 0 or less",
  mechanism:
    "log is −∞ at 0 and NaN below, and its slope 1/x is infinite at 0. Probabilities that are rounded to 0, empty counts and differences come to it. For log1p the point is −1, for logit 0 and 1.",
  remedy:
    "Take the logarithm of the function, not of its result: logSoftmax, F.logSigmoid, crossEntropy and binaryCrossEntropyWithLogits take logits; elsewhere clamp the operand from below, as in x.clamp(1e-7).log().",
  applies: (b, flow) => b.node.op.breaks === "logarithm" && !isVanished(b, flow) && !whereBranch.applies(b, flow),
  words: (b) => {
    const v = operand(b);
    return v === null ? "is not defined for its operand" : `takes the logarithm of ${num(v)}`;
  },
});
