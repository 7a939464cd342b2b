/** Dropout of nearly all elements. */

import { fault, percent, question, show, type TrainingCause, trainingCause } from "../shared.ts";
import { dropProbability, modalIn } from "./modes.ts";

export const dropoutTooHigh: TrainingCause = trainingCause({
  id: "dropout-too-high",
  certainty: "structure",
  symptoms: ["not learning", "zero"],
  title: "Dropout of nearly everything",
  mechanism:
    "p of nn.Dropout is the probability with which an element is dropped, not that with which it is kept. With p = 0.9 a tenth of the elements is left, scaled up by 10.",
  remedy: "Use p between 0.1 and 0.5.",
  find: ({ models, names }) =>
    models.flatMap((model) =>
      modalIn(model).flatMap((m) => {
        const p = dropProbability(m);
        if (p < 0.8 || !m.training) return [];
        return [
          (p >= 0.9 ? fault : question)({
            sentence: `${m.constructor.name} ${names.get(m) ?? ""} drops ${percent(p)} of the elements: p is the probability of being dropped, not of being kept.`,
            fix: `Use p = ${show(Number((1 - p).toFixed(3)))} if that many were to be dropped.`,
            evidence: { p: show(p) },
          }),
        ];
      }),
    ),
});
