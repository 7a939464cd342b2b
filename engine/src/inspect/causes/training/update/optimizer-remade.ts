/** An optimizer that is created anew in every step. */
import { lastPlace } from "../../../diagnose/record/case.ts";
import { updateEvents } from "../../../diagnose/record/parameters.ts";
import { fault, type TrainingCause, trainingCause } from "../shared.ts";

export const optimizerRemade: TrainingCause = trainingCause({
  id: "optimizer-remade",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "The optimizer is created in every step",
  mechanism:
    "Each step creates its own optimizer, so that moments and velocities begin at 0 each time: Adam moves every weight by the whole learning rate, and momentum has no effect.",
  remedy: "Create the optimizer once, before the loop.",
  find: ({ steps }) => {
    const used = steps.map((s) => updateEvents(s).map((e) => e.optimizer));
    const all = new Set(used.flat());
    if (steps.length < 3 || all.size < steps.length || used.some((list) => list.length === 0)) return [];
    return [
      fault({
        sentence: `${steps.length} steps used ${all.size} different optimizers: one is created in every step, so its moments never build up.`,
        fix: "Create the optimizer once, before the loop.",
        evidence: { optimizers: String(all.size), steps: String(steps.length) },
        path: lastPlace({ steps }, "update"),
      }),
    ];
  },
});
