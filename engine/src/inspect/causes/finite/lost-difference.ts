/** A difference that is rounded to 0, although it is not 0. */
import { type BreakCause, breakCause, producerOf } from "../gradient/break-cause.ts";
import { type Broken, elementAt } from "../gradient/broken.ts";
import type { Flow } from "../gradient/flow.ts";
import { opWords } from "../gradient/place.ts";

/** Returns the position of an operand that is 0 as the difference of computed numbers that are not; -1 for none. */
function vanishedInput(b: Broken, flow: Flow): number {
  // of a quotient only the divisor matters
  const from = b.node.op.breaks === "quotient" ? b.node.metas.length - 1 : 0;
  return b.operands.findIndex((v, i) => {
    if (i < from) return false;
    const node = producerOf(b, i);
    if (v !== 0 || node === null || node.op.accumulation !== "sum" || node.metas.length !== 2) return false;
    const terms = [flow.input(node, 0), flow.input(node, 1)];
    const values = terms.map((t) => (t === null ? null : elementAt(t, b.bad.shape, b.index)));
    const [p, q] = values;
    // 1 - p, where p was rounded to 1 by the function that computed it
    const computed = node.edges.some((e, k) => e !== null && e.node.depth > 0 && values[k] !== null && values[k] !== 0);
    return p !== null && q !== null && p !== 0 && Math.abs(p) === Math.abs(q) && computed;
  });
}

/** Whether an operand of a broken op is a difference that was rounded to 0. */
export const isVanished = (b: Broken, flow: Flow): boolean => vanishedInput(b, flow) >= 0;

export const lostDifference: BreakCause = breakCause({
  id: "lost-difference",
  title: "A difference lost to rounding",
  mechanism:
    "1 − p is 0 once p is rounded to 1, and a − b is 0 once both are rounded to the same number: in float32 that takes a relative difference of 6e−8. The logarithm, root or quotient of the difference breaks then.",
  remedy:
    "Compute the difference in a form that keeps its digits: log1p(−p) for log(1 − p), F.logSigmoid(−x) for log(1 − sigmoid(x)), expm1(x) for exp(x) − 1; or compute in float64.",
  applies: (b, flow) =>
    isVanished(b, flow) &&
    (b.node.op.breaks === "logarithm" || b.node.op.breaks === "root" || b.node.op.breaks === "quotient"),
  words: (b, flow) => {
    const node = producerOf(b, vanishedInput(b, flow));
    return `has the operand 0, a difference that ${node === null ? "an op" : opWords(node)} has lost to rounding`;
  },
});
