/** Data that has NaN or infinity. */
import { elements } from "../../../../tensor/strided.ts";
import type { Tensor } from "../../../../tensor/tensor.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";
import { isFloat } from "./values.ts";

export const dataNotFinite: TrainingCause = trainingCause({
  id: "data-not-finite",
  certainty: "structure",
  symptoms: ["not finite"],
  title: "The data has NaN or infinity",
  mechanism:
    "An input or target has NaN or infinite elements, as for missing values of a table. They spread to the loss and to all gradients in the first step.",
  remedy: "Remove or fill in the missing values before training.",
  find: ({ first, last }) => {
    const seen = new Set<Tensor>();
    return [first, last]
      .flatMap((view) =>
        [...view.inputs.map((t) => ["input", t] as const), ...view.targets.map((t) => ["target", t] as const)].flatMap(
          ([role, t]) => {
            if (seen.has(t) || !isFloat(t)) return [];
            seen.add(t);
            const x = elements(t);
            const bad = x.filter((v) => Number.isNaN(v) || v === Infinity).length;
            if (bad === 0) return [];
            const at = x.findIndex((v) => Number.isNaN(v) || v === Infinity);
            const position: number[] = [];
            for (let d = t.ndim - 1, rest = at; d >= 0; d--) {
              position.unshift(rest % t.shape[d]);
              rest = Math.floor(rest / t.shape[d]);
            }
            const reader = view.flow.readers(t)[0];
            return [
              fault({
                sentence: `${bad} of ${x.length} elements of the ${role} ${shapeText(t.shape)} are NaN or infinite, the first at ${shapeText(position)}: they make the loss and all gradients NaN.`,
                fix: "Remove these rows, or fill in missing values, before training.",
                evidence: { [`${role}s that are not finite`]: `${bad} of ${x.length}`, first: shapeText(position) },
                path: reader === undefined ? [] : [placeOf(reader)],
              }),
            ];
          },
        ),
      )
      .slice(0, 1);
  },
});
