/** A weight whose gradient has the size of its inputs. */
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { rms } from "../gradient/numbers.ts";
import { opWords } from "../gradient/place.ts";
import { num, rangeWords } from "../gradient/words.ts";
import { isHuge, isTiny } from "./limits.ts";

/** Root mean square of the inputs from which, and below whose inverse, their unit is named. */
const large = 30;

export const inputUnits: Cause<GradientCase> = defineCause({
  id: "input-units",
  symptoms: ["tiny", "huge"],
  title: "The unit of the inputs",
  mechanism:
    "The gradient of a weight is the cotangent times its input. Inputs in large units (pixels from 0 to 255, prices, years) make it large, and inputs in small units make it small, whatever the model is.",
  remedy: "Normalize the inputs to mean 0 and deviation 1, by the statistics of the training data.",
  find(c) {
    const [tiny, huge] = [isTiny(c), isHuge(c)];
    const { flow, edge } = c;
    if ((!tiny && !huge) || flow === null || edge === null) return [];
    return c.passages.flatMap((p) => {
      if (p.node.edges[p.input]?.node !== edge.node || p.node.op.stops !== "product") return [];
      return p.node.metas.flatMap((_, i) => {
        const x = i === p.input || i > 1 ? null : flow.input(p.node, i);
        // only data: a hidden layer is explained by the ops before it
        if (x === null || p.node.edges[i] !== null || x.numel() === 1) return [];
        const size = rms(flow.numbers(x));
        if (huge ? size < large : size === 0 || size > 1 / large) return [];
        return [
          {
            share: 0.9,
            sentence: `The gradient has the size of the inputs of ${opWords(p.node)}, whose root mean square is ${num(size)}.`,
            path: c.placesTo(p.node),
            evidence: [fact("inputs", `${rangeWords(flow.numbers(x))}, root mean square ${num(size)}`)],
          },
        ];
      });
    });
  },
});
