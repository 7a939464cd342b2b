/** A model whose parameters require no gradient. */
import { fault, namesText, type TrainingCause, trainingCause } from "../shared.ts";

export const frozenModel: TrainingCause = trainingCause({
  id: "frozen-model",
  certainty: "structure",
  symptoms: ["null", "not learning"],
  title: "All parameters are frozen",
  mechanism:
    "No parameter of the model requires a gradient, so nothing is recorded, and backward has nothing to do or throws.",
  remedy: "Call requiresGrad_() on the parts that are to be trained.",
  find: ({ parameters }) => {
    const own = parameters.filter((p) => p.inModel);
    if (own.length === 0 || own.some((p) => p.tensor.requiresGrad)) return [];
    return [
      fault({
        sentence: `None of the ${own.length} parameters of the model requires a gradient: the model is frozen.`,
        fix: "Call requiresGrad_() on the layers that are to be trained.",
        evidence: { parameters: namesText(own.map((p) => p.name)) },
      }),
    ];
  },
});
