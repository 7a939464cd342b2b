/** Steps without a backward pass. */
import { backwardEvents } from "../../../diagnose/record/parameters.ts";
import { fault, type TrainingCause, trainingCause } from "../shared.ts";

export const neverBackward: TrainingCause = trainingCause({
  id: "no-backward",
  certainty: "structure",
  symptoms: ["not learning", "null"],
  title: "backward is never called",
  mechanism:
    "The steps compute a loss and may step an optimizer, but no backward pass runs, so that no parameter has a gradient.",
  remedy: "Call loss.backward() before optimizer.step().",
  find: ({ steps, error, isUpdated, first }) => {
    if (error !== null || isUpdated || steps.some((s) => backwardEvents(s).length > 0)) return [];
    if (first.step.calls.length === 0) return [];
    return [
      fault({
        sentence: "No backward pass runs in the steps, so no parameter has a gradient.",
        fix: "Call loss.backward() before optimizer.step().",
        evidence: { "ops of a step": String(first.step.calls.length), "backward passes": "0" },
      }),
    ];
  },
});
