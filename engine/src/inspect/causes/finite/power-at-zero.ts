/** A power whose base or slope is not finite at 0. */

import { type BreakCause, breakCause } from "../gradient/break-cause.ts";
import { num } from "../gradient/words.ts";
import { expOverflow } from "./exp-overflow.ts";
import { whereBranch } from "./where-branch.ts";

export const powerAtZero: BreakCause = breakCause({
  id: "power-at-zero",
  title: "A power of 0 or of a negative number",
  mechanism:
    "x^p has the slope p x^(p−1), which is infinite at 0 for p below 1; a negative x has no real power for a fraction p; and the slope in p is x^p log x, which takes the logarithm of x.",
  remedy: "Keep the base positive, as in x.clamp(1e-8).pow(p), and detach exponents that are not learned.",
  applies: (b, flow) => b.node.op.breaks === "power" && !expOverflow.applies(b, flow) && !whereBranch.applies(b, flow),
  words: ({ operands }) =>
    `raises ${operands[0] === null || operands[0] === undefined ? "its operand" : num(operands[0])} to a power${operands[1] === null || operands[1] === undefined ? "" : ` of ${num(operands[1])}`}`,
});
