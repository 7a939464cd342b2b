/** A loss that depends on no parameter of the model. */
import { lastPlace, placeOf } from "../../../diagnose/record/case.ts";
import { nameOf } from "../../../shared/naming.ts";
import { fault, namesText, shapeText, type TrainingCause, trainingCause } from "../shared.ts";
import { getsGradient, leavesOf } from "../update/optimized.ts";

export const lossWithoutModel: TrainingCause = trainingCause({
  id: "loss-without-model",
  certainty: "structure",
  symptoms: ["null", "not learning"],
  title: "The loss does not depend on the model",
  mechanism:
    "No parameter of the model is reachable from the loss: the loss compares other tensors than the model's output, or another model was called.",
  remedy: "Compute the loss from the output of this model.",
  find: (training) => {
    const { last, parameters, error } = training;
    if (error !== null || last.passes.length === 0 || parameters.every((p) => !p.inModel)) return [];
    const leaves = leavesOf(training);
    if (parameters.some((p) => p.inModel && (leaves.has(p.tensor) || getsGradient(training, p.index)))) return [];
    const isLeaf = last.passes.every((p) => p.root === null);
    if (leaves.size === 0 && !isLeaf) return [];
    if (isLeaf)
      return [
        fault({
          sentence:
            "backward starts from a tensor that no op has computed, such as a new tensor of the loss's value, so it reaches no parameter.",
          fix: "Call backward on the loss itself, not on a tensor made of its number.",
          evidence: { "parameters with a gradient": "0" },
          path: lastPlace(training, "backward"),
        }),
      ];
    const own = new Set(parameters.flatMap((p) => (p.inModel ? [p.tensor] : [])));
    // a model that is used, and whose result does not come to the loss, has a cause of its own
    if (last.step.calls.some((c) => c.isGradEnabled && c.inputs.some((x) => own.has(x)))) return [];
    const anything = namesText([...leaves].map((t) => nameOf(t) ?? shapeText(t.shape)));
    return [
      fault({
        sentence: "The loss does not depend on any parameter of this model, whose forward is not called in the step.",
        fix: "Call this model in the step, or diagnose the model that is trained.",
        evidence: { "the loss depends on": anything },
        path: last.passes[0].calls.slice(-1).map((c) => placeOf(c)),
      }),
    ];
  },
});
