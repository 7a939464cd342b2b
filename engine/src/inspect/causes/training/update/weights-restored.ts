/** Updates that the program undoes. */
import { fault, namesText, show, type TrainingCause, trainingCause } from "../shared.ts";

export const weightsRestored: TrainingCause = trainingCause({
  id: "weights-restored",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Weights are reset in every step",
  mechanism:
    "Every step begins with the same weights, although the optimizer has moved them: the program loads a saved state, initializes the weights or copies another model's in each step.",
  remedy: "Initialize or load weights once, before the loop.",
  find: ({ steps, trainable }) => {
    if (steps.length < 3) return [];
    const reset = trainable.filter((p) => {
      const updates = steps.flatMap((s) => s.events.flatMap((e) => (e.kind === "update" ? [e] : [])));
      // weights at the moment of the first gradient: the same in every step
      const starts = updates.map((e) => e.before[p.index]);
      if (updates.length < 2 || !starts.slice(1).every((w) => w.equals(starts[0]))) return false;
      return updates.every((e) => e.after[p.index] !== undefined && e.before[p.index].distanceTo(e.after[p.index]) > 0);
    });
    if (reset.length === 0 || reset.length < trainable.length / 2) return [];
    const [p] = reset;
    const [update] = steps[0].events.flatMap((e) => (e.kind === "update" ? [e] : []));
    return [
      fault({
        sentence: `The optimizer moves ${reset.length} parameters, but every update starts from the same weights: something resets them in each step.`,
        fix: "Load or initialize weights once, before the loop.",
        evidence: {
          parameters: namesText(reset.map((x) => x.name)),
          "update that is undone": show(
            update.before[p.index].distanceTo(update.after[p.index]) / Math.max(update.before[p.index].norm, 1e-12),
          ),
        },
      }),
    ];
  },
});
