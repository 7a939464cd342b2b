/** A bootstrapped target through which gradients flow. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { question, shapeText, type TrainingCause, trainingCause } from "../shared.ts";
import { regressions } from "./targets.ts";

export const movingTarget: TrainingCause = trainingCause({
  id: "target-not-detached",
  certainty: "structure",
  symptoms: ["not learning", "huge"],
  title: "The target carries a gradient",
  mechanism:
    "The target of a regression is itself computed from a network, as the value of the next state in reinforcement learning, and is not detached: the loss also moves the target towards the prediction, so that values drift or collapse. It is found where both operands of a regression loss require gradients, and one adds data to a scaled output.",
  remedy: "Compute the target inside noGrad, or detach it.",
  find: ({ first }) =>
    first.lossUses.flatMap(({ name, prediction, others, calls }) => {
      const target = others.find((t) => t.requiresGrad && t.numel() === prediction.numel());
      if (!regressions.has(name) || target === undefined) return [];
      const bootstraps = [prediction, target].find((t) => {
        const call = first.flow.origin(t);
        if (call === null || call.op.accumulation !== "sum" || call.inputs.length !== 2) return false;
        const scaled = call.inputs.find((x) => x.requiresGrad);
        const source = scaled === undefined ? null : first.flow.origin(scaled);
        return call.inputs.some((x) => first.isData(x)) && source !== null && source.op.accumulation === "scale";
      });
      if (bootstraps === undefined) return [];
      return [
        question({
          sentence: `The target ${shapeText(target.shape)} of ${name} is data plus a scaled output of a network, and carries a gradient: the loss moves the target too.`,
          fix: "Detach the target, or compute it inside noGrad(() => …).",
          evidence: { target: "requires a gradient" },
          path: [placeOf(calls[0])],
        }),
      ];
    }),
});
