/** One of several optimizers that never steps. */
import { backwardEvents, isZero, updateEvents } from "../../../diagnose/record/parameters.ts";
import { fault, namesText, type TrainingCause, trainingCause } from "../shared.ts";

export const idleOptimizer: TrainingCause = trainingCause({
  id: "optimizer-never-steps",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "One of several optimizers never steps",
  mechanism:
    "The training has several optimizers, and step is called on some of them only: the parameters of the others get gradients, and stay as they are.",
  remedy: "Call step on each optimizer.",
  find: ({ optimizers, steps, parameters }) => {
    const stepped = new Set(steps.flatMap((s) => updateEvents(s).map((e) => e.optimizer)));
    if (stepped.size === 0) return [];
    return optimizers.flatMap((optimizer, i) => {
      if (stepped.has(optimizer)) return [];
      const left = parameters.filter(
        (p) =>
          optimizer.parameters.includes(p.tensor) &&
          steps.some((s) => backwardEvents(s).some((e) => !isZero(e.after[p.index] ?? null))) &&
          steps.every((s) => s.before[p.index].equals(s.after[p.index])),
      );
      if (left.length === 0) return [];
      return [
        fault({
          share: left.length / parameters.length,
          sentence: `The optimizer number ${i + 1} of ${optimizers.length} never steps, so its ${left.length} parameters with gradients stay as they are.`,
          fix: "Call step() on this optimizer too.",
          evidence: { parameters: namesText(left.map((p) => p.name)), updates: "0" },
        }),
      ];
    });
  },
});
