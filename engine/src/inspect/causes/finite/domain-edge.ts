/** A function at the edge of its domain, or outside. */
import { type BreakCause, breakCause } from "../gradient/break-cause.ts";
import { num } from "../gradient/words.ts";
import { whereBranch } from "./where-branch.ts";

export const domainEdge: BreakCause = breakCause({
  id: "domain-edge",
  title: "acos, asin and their kin at the edge of their domain",
  mechanism:
    "acos and asin have infinite slopes at ±1, atanh is infinite there, acosh has an infinite slope at 1, and all are NaN outside. The cosine of an angle between equal vectors is 1, or rounded to slightly more.",
  remedy:
    "Clamp the operand into the domain, with a margin: x.clamp(-1 + 1e-6, 1 - 1e-6).acos(); or use atan2 of sine and cosine.",
  applies: (b, flow) => b.node.op.breaks === "edge" && !whereBranch.applies(b, flow),
  words: ({ operands: [v], direction }) =>
    v === null || v === undefined
      ? "is at the edge of its domain"
      : direction === "backward"
        ? `has no finite slope at ${num(v)}`
        : `is not defined at ${num(v)}`,
});
