/** A loss that is NaN or infinite although the gradients may be finite. */
import { elements } from "../../../../tensor/strided.ts";
import type { Tensor } from "../../../../tensor/tensor.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, shapeText, show, type TrainingCause, trainingCause } from "../shared.ts";

const isFinite = (t: Tensor): boolean => elements(t).every((v) => Number.isFinite(v));

export const lossNotFinite: TrainingCause = trainingCause({
  id: "loss-not-finite",
  certainty: "data",
  symptoms: ["not finite", "not learning"],
  title: "The loss is not finite",
  mechanism:
    "The loss is NaN or infinite, though the gradients need not be, as where a relu after the op stops them. It is found by the first op on the way to the loss whose result is not finite and whose operands are.",
  remedy:
    "Keep the operands of the op in its domain: a small number inside of a logarithm, a root or a divisor, or a form that takes logits.",
  find: ({ last }) =>
    last.passes.flatMap(({ pass, calls }) => {
      if (Number.isFinite(pass.loss) || pass.root === null) return [];
      const call = calls.find((c) => c.outputs.some((y) => !isFinite(y)) && c.inputs.every(isFinite));
      if (call === undefined) return [];
      const output = elements(call.outputs[0]);
      const at = output.findIndex((v) => !Number.isFinite(v));
      const [operand] = call.inputs;
      const given = operand.numel() === output.length ? ` of ${show(elements(operand)[at])}` : "";
      return [
        fault({
          sentence: `The loss is ${show(pass.loss)}: ${call.op.name}${given} gives ${show(output[at])}, the first result that is not finite.`,
          fix: "Keep the operands in the domain of the op, as by a small number inside of a logarithm, a root or a divisor.",
          evidence: { op: call.op.name, shape: shapeText(call.outputs[0].shape), loss: show(pass.loss) },
          path: [placeOf(call)],
        }),
      ];
    }),
});
