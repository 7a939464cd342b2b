/** A division by 0. */
import { type BreakCause, breakCause, producerOf } from "../gradient/break-cause.ts";
import type { Broken } from "../gradient/broken.ts";
import { num } from "../gradient/words.ts";
import { isVanished } from "./lost-difference.ts";
import { isSpread } from "./vanishing-variance.ts";
import { whereBranch } from "./where-branch.ts";

/** Returns the divisor at the bad element; `null` where it is not known. */
export const divisorOf = ({ operands, node }: Broken): number | null => operands[node.metas.length - 1] ?? null;

export const zeroDivisor: BreakCause = breakCause({
  id: "zero-divisor",
  title: "Division by 0",
  mechanism:
    "x / 0 is infinite, and 0 / 0 is NaN; the slopes 1 / z and x / z² grow without bound as z goes to 0. Counts of empty sets, sums of masks and norms of zero vectors are the usual divisors.",
  remedy: "Keep the divisor away from 0: z.clamp(1e-8), z.add(eps), or divide by maximum(count, 1).",
  applies: (b, flow) =>
    b.node.op.breaks === "quotient" &&
    !isVanished(b, flow) &&
    !isSpread(producerOf(b, b.node.metas.length - 1)) &&
    !whereBranch.applies(b, flow),
  words: (b) => {
    const z = divisorOf(b);
    return z === null ? "divides by a number that is too small" : `divides by ${num(z)}`;
  },
});
