/** Gradients that nothing uses. */
import { lastPlace } from "../../../diagnose/record/case.ts";
import { backwardEvents, isZero, updateEvents } from "../../../diagnose/record/parameters.ts";
import { replacedParameter } from "../graph/crossings.ts";
import { fault, type TrainingCause, trainingCause } from "../shared.ts";

export const neverUpdated: TrainingCause = trainingCause({
  id: "no-update",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Nothing updates the weights",
  mechanism: "Gradients are computed, but no optimizer steps and no weight changes.",
  remedy: "Call optimizer.step() after backward.",
  find: (training) => {
    const { steps, isUpdated, optimizers } = training;
    if (replacedParameter(training) !== null) return [];
    const backwards = steps.flatMap(backwardEvents);
    const formed = backwards.some((e) => e.after.some((g) => !isZero(g)));
    if (!formed || isUpdated || steps.some((s) => updateEvents(s).length > 0)) return [];
    // one step without an optimizer is an examination of gradients, not a training
    if (steps.length < 2 && optimizers.length === 0) return [];
    return [
      fault({
        sentence: "backward computes gradients, but no optimizer steps and no weight changes.",
        fix: "Call optimizer.step() after backward.",
        evidence: { "backward passes": String(backwards.length), updates: "0" },
        path: lastPlace(training, "backward"),
      }),
    ];
  },
});
