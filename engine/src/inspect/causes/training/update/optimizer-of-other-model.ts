/** An optimizer with the parameters of another model. */
import { lastPlace } from "../../../diagnose/record/case.ts";
import { fault, namesText, type TrainingCause, trainingCause } from "../shared.ts";
import { getsGradient, leavesOf, optimizedBy } from "./optimized.ts";

export const otherModel: TrainingCause = trainingCause({
  id: "optimizer-of-other-model",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "The optimizer has the parameters of another model",
  mechanism:
    "None of the model's parameters is among those of the optimizer, as after the model was created or loaded anew: the optimizer updates tensors that are no longer used. Gradients are there, weights stay.",
  remedy: "Create the optimizer after the model, with model.parameters().",
  find: (training) => {
    const optimized = optimizedBy(training);
    const own = training.parameters.filter(
      (p) => p.inModel && p.tensor.requiresGrad && getsGradient(training, p.index),
    );
    if (optimized.size === 0 || own.length === 0 || own.some((p) => optimized.has(p.tensor))) return [];
    const leaves = leavesOf(training);
    if ([...optimized].some((t) => leaves.has(t))) return [];
    return [
      fault({
        sentence: `The optimizer has none of the model's ${own.length} parameters; the ${optimized.size} tensors that it updates take no part in the loss. The model may have been created again after the optimizer.`,
        fix: "Create the optimizer after the model: new optim.Adam(model.parameters()).",
        evidence: { "parameters with gradients": namesText(own.map((p) => p.name)), "shared with the optimizer": "0" },
        path: lastPlace(training, "update"),
      }),
    ];
  },
});
