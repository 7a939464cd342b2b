/** Parameters that no optimizer has. */
import { lastPlace } from "../../../diagnose/record/case.ts";
import { fault, namesText, type TrainingCause, trainingCause } from "../shared.ts";
import { getsGradient, optimizedBy } from "./optimized.ts";

export const notOptimized: TrainingCause = trainingCause({
  id: "not-in-optimizer",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Parameters that no optimizer has",
  mechanism:
    "Some of the model's parameters get gradients, but no optimizer has them: they were added or replaced after the optimizer was created, or only a part of the model was given to it. They stay at their initial values.",
  remedy:
    "Create the optimizer after all layers, with model.parameters(), or freeze the parameters on purpose (requiresGrad_(false)).",
  find: (training) => {
    const optimized = optimizedBy(training);
    const own = training.parameters.filter(
      (p) => p.inModel && p.tensor.requiresGrad && getsGradient(training, p.index),
    );
    const left = own.filter((p) => !optimized.has(p.tensor));
    if (optimized.size === 0 || left.length === 0 || left.length === own.length) return [];
    // a program that updates them by hand needs no optimizer for them
    const moved = left.filter((p) => training.steps.some((s) => !s.before[p.index].equals(s.after[p.index])));
    if (moved.length === left.length) return [];
    return [
      fault({
        share: left.length / own.length,
        sentence: `${left.length} of ${own.length} parameters get gradients but are not among the optimizer's, so they stay as they are: ${namesText(left.map((p) => p.name))}.`,
        fix: "Create the optimizer after all layers are there, with model.parameters(); or freeze them on purpose with requiresGrad_(false).",
        evidence: {
          parameters: namesText(
            left.map((p) => p.name),
            6,
          ),
          optimized: `${own.length - left.length} of ${own.length}`,
        },
        path: lastPlace(training, "update"),
      }),
    ];
  },
});
