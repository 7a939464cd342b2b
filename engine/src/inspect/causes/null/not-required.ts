/** A tensor that requires no gradient. */
import { takesGradients } from "../../../tensor/dtype.ts";
import { isParameter } from "../../../tensor/parameter.ts";
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { isOffTape } from "../gradient/cut-paths.ts";

export const notRequired: Cause<GradientCase> = defineCause({
  id: "not-required",
  symptoms: ["null"],
  title: "No gradient is required",
  mechanism:
    "A tensor gets a gradient if it was made with { requiresGrad: true }, or is a parameter, or was computed from such a tensor. Integers and bools have no gradients.",
  remedy: "Make it with { requiresGrad: true }, or call x.requiresGrad_() before it is used.",
  find({ edge, tensor, title }) {
    if (edge !== null || isOffTape(tensor.cut)) return [];
    const isFloat = takesGradients(tensor.dtype);
    const isFrozen = isFloat && isParameter(tensor);
    return [
      {
        kind: isFrozen ? "question" : "fault",
        sentence: !isFloat
          ? `${title} is ${tensor.dtype}, and only float and complex tensors have gradients.`
          : isFrozen
            ? `${title} is a frozen parameter: its requiresGrad is false.`
            : `${title} does not require a gradient: it was made without { requiresGrad: true }, and from nothing that requires one.`,
        evidence: [fact("requiresGrad", "false"), fact("dtype", tensor.dtype)],
        fix: !isFloat
          ? 'Convert it to a float dtype first, as in x.to("float32").requiresGrad_().'
          : isFrozen
            ? "If it is to learn, set requiresGrad to true, by requiresGrad_() on the parameter."
            : "Make it with { requiresGrad: true }, or call requiresGrad_() before it is used.",
      },
    ];
  },
});
