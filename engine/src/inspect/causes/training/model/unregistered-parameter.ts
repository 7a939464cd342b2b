/** Parameters that the model does not know. */
import { isParameter } from "../../../../tensor/parameter.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { nameOf } from "../../../shared/naming.ts";
import { fault, namesText, question, shapeText, type TrainingCause, trainingCause } from "../shared.ts";
import { leavesOf, optimizedBy } from "../update/optimized.ts";

export const unregisteredParameter: TrainingCause = trainingCause({
  id: "unregistered-parameter",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Parameters that the model does not register",
  mechanism:
    "The loss depends on parameters that model.parameters() does not list, because they are held by a variable, by a field whose name begins with #, or by a class that is no module. Gradients reach them, but no optimizer updates them.",
  remedy:
    "Hold layers and parameters in fields of the module, in arrays or records of fields, or give them to the optimizer too.",
  find: (training) => {
    if (training.models.length === 0) return [];
    const known = new Set(training.parameters.map((p) => p.tensor));
    const optimized = optimizedBy(training);
    const leaves = leavesOf(training);
    const earlier =
      training.first === training.last ? leaves : new Set(training.first.passes.flatMap((p) => [...p.leaves]));
    const hidden = [...leaves].filter((t) => !known.has(t) && !optimized.has(t) && earlier.has(t) && isParameter(t));
    if (hidden.length === 0 || ![...leaves].some((t) => known.has(t))) return [];
    const readers = training.last.step.calls.filter((c) => c.inputs.some((x) => hidden.includes(x)));
    // a module that is called inside the model but is not registered is a fault; a loss with parameters of its own may be intended
    const inside = readers.some((c) => training.last.isInModel(c));
    const names = hidden.map((t) => nameOf(t) ?? shapeText(t.shape));
    return [
      (inside ? fault : question)({
        share: hidden.length / leaves.size,
        sentence: `The loss depends on ${hidden.length} parameters that the model does not register and no optimizer has, so they stay as they are.`,
        fix: "Hold them in fields of the module (a name that begins with # hides a field), or give them to the optimizer.",
        evidence: { parameters: namesText(names, 6) },
        path: readers.slice(0, 1).map((c) => placeOf(c)),
      }),
    ];
  },
});
