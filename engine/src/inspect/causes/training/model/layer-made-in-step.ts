/** A layer that is created anew in every step. */
import { isParameter } from "../../../../tensor/parameter.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, namesText, shapeText, type TrainingCause, trainingCause } from "../shared.ts";
import { leavesOf } from "../update/optimized.ts";

export const layerMadeInStep: TrainingCause = trainingCause({
  id: "layer-made-in-step",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "A layer is created in every step",
  mechanism:
    "A layer is created inside forward or the step, so each step computes with new random weights that are thrown away afterwards.",
  remedy: "Create layers once, in the constructor of the model.",
  find: (training) => {
    if (training.first === training.last) return [];
    const known = new Set(training.parameters.map((p) => p.tensor));
    const before = new Set(training.first.passes.flatMap((p) => [...p.leaves]));
    const fresh = [...leavesOf(training)].filter((t) => !known.has(t) && !before.has(t) && isParameter(t));
    if (fresh.length === 0) return [];
    const readers = training.last.step.calls.filter((c) => c.inputs.some((x) => fresh.includes(x)));
    return [
      fault({
        sentence: `${fresh.length} parameters of the last step did not exist in the first: a layer is created anew in every step, with random weights that nothing keeps.`,
        fix: "Create the layer once, in the constructor, and only call it in forward.",
        evidence: { "new parameters": namesText(fresh.map((t) => shapeText(t.shape))) },
        path: readers.slice(0, 1).map((c) => placeOf(c)),
      }),
    ];
  },
});
