/** Targets of a regression on an unusual scale. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { lossChange } from "../loss/loss-change.ts";
import { regressions } from "../loss/targets.ts";
import { fault, question, show, type TrainingCause, trainingCause } from "../shared.ts";
import { isFloat, statistics } from "./values.ts";

export const targetScale: TrainingCause = trainingCause({
  id: "targets-not-normalized",
  certainty: "dynamics",
  symptoms: ["not learning", "huge"],
  title: "Targets that are not normalized",
  mechanism:
    "The targets of a regression are hundreds of times larger than what an initial model answers. The loss and its gradients are huge at first, and with Adam, whose steps do not grow with the gradient, the outputs take many thousands of steps to reach the targets.",
  remedy: "Normalize the targets, and undo it on the predictions.",
  find: (training) =>
    training.first.lossUses
      .flatMap(({ name, prediction, others, calls }) => {
        const target = others.find((t) => training.first.isData(t));
        if (!regressions.has(name) || target === undefined || !isFloat(target)) return [];
        const { mean, std, rms } = statistics(elements(target));
        const output = statistics(elements(prediction)).rms;
        if (!(rms > 50 && rms > 50 * Math.max(output, 0.1))) return [];
        const stuck = lossChange(training) > -0.3;
        return [
          (stuck ? fault : question)({
            share: stuck ? 0.7 : 0.4,
            sentence: `The targets have mean ${show(mean)} and deviation ${show(std)}, but the model's first outputs have the size ${show(output)}: they are far from each other's scale.`,
            fix: "Normalize the targets: subtract their mean, divide by their deviation, and undo both on predictions.",
            evidence: { "mean of the targets": show(mean), deviation: show(std), "size of the outputs": show(output) },
            path: [placeOf(calls[0])],
          }),
        ];
      })
      .slice(0, 1),
});
