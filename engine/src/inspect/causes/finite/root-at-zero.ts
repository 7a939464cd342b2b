/** The slope of a root or norm at 0. */
import { type BreakCause, breakCause } from "../gradient/break-cause.ts";
import { num } from "../gradient/words.ts";
import { isVanished } from "./lost-difference.ts";
import { whereBranch } from "./where-branch.ts";

export const rootAtZero: BreakCause = breakCause({
  id: "root-at-zero",
  title: "Root, norm or deviation at 0",
  mechanism:
    "√x has the slope 1 / (2√x), which is infinite at 0; a norm and a standard deviation are roots of a sum of squares. A point at distance 0 from another one, a constant feature and a vector of zeros are the usual cases. Below 0 a root is NaN.",
  remedy:
    "Add a small number inside the root, as in x.square().sum(-1).add(1e-12).sqrt(), or work with the squared norm; keep pairs of equal points out.",
  applies: (b, flow) => b.node.op.breaks === "root" && !isVanished(b, flow) && !whereBranch.applies(b, flow),
  words: ({ operands, direction }) => {
    const v = operands[0];
    if (v === null || v === undefined) return "has an infinite slope where its result is 0";
    if (v < 0) return `takes the root of ${num(v)}`;
    return direction === "forward" ? `takes the reciprocal root of ${num(v)}` : `has an infinite slope at ${num(v)}`;
  },
});
