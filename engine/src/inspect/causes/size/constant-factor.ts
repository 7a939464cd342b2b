/** A number by which a value is multiplied or divided, such as a temperature. */
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { opWords } from "../gradient/place.ts";
import { num } from "../gradient/words.ts";
import { isHuge, isTiny } from "./limits.ts";

/** The factor from which, and below whose inverse, it is named. */
const strong = 100;

export const constantFactor: Cause<GradientCase> = defineCause({
  id: "constant-factor",
  symptoms: ["tiny", "huge"],
  title: "A constant factor or temperature",
  mechanism:
    "A number that multiplies or divides a value on the way multiplies the gradient too: a temperature, a weight of a loss term, a unit conversion, a learning rate that was put into the loss.",
  remedy:
    "Check the number: a softmax temperature is usually between 0.05 and 10, the weight of a loss term between 1e−3 and 10. A factor that belongs to the step goes into the learning rate.",
  find(c) {
    const [tiny, huge] = [isTiny(c), isHuge(c)];
    const { flow } = c;
    if ((!tiny && !huge) || flow === null) return [];
    return c.passages.flatMap((p) => {
      const { op, metas, edges } = p.node;
      if (metas.length !== 2 || (op.stops !== "product" && op.breaks !== "quotient")) return [];
      const other = 1 - p.input;
      const t = edges[other] === null ? flow.input(p.node, other) : null;
      if (t === null || t.numel() !== 1) return [];
      const v = Math.abs(t.storage.at(t.offset));
      const factor = op.breaks === "quotient" && other === 1 ? 1 / v : v;
      if (huge ? factor < strong : factor === 0 || factor > 1 / strong) return [];
      return [
        {
          share: 0.95,
          sentence: `The gradient is multiplied by ${num(factor)} at ${opWords(p.node)}, where a value is ${op.breaks === "quotient" ? "divided" : "multiplied"} by the constant ${num(v)}.`,
          path: c.placesTo(p.node),
          evidence: [fact("constant", num(v))],
        },
      ];
    });
  },
});
