/** Weight decay that is stronger than the gradient. */
import { lastPlace } from "../../../diagnose/record/case.ts";
import { gradientNorm } from "../../../diagnose/record/parameters.ts";
import { fault, namesText, percent, show, type TrainingCause, trainingCause } from "../shared.ts";
import { median, weightsOf } from "./ratios.ts";

/** Settings of weight decay, which not every optimizer has. */
type DecaySettings = { readonly weightDecay?: number; readonly decoupledWeightDecay?: boolean };

export const decayWins: TrainingCause = trainingCause({
  id: "weight-decay-wins",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Weight decay wins over the loss",
  mechanism:
    "The pull of weight decay towards 0 is larger than that of the gradient, so the weights shrink whatever the loss says. It is found where λ times the norm of the weights exceeds the norm of the gradient several times, for most weights, and the weights shrink.",
  remedy: "Use a weight decay of about 1e-4 (1e-2 for AdamW).",
  find: (training) => {
    const { steps } = training;
    const found = training.allOptimizers.flatMap((optimizer) => {
      const { weightDecay: decay = 0, decoupledWeightDecay: isDecoupled = false } = optimizer
        .paramGroups[0] as DecaySettings;
      if (!(decay > 0) || steps.length < 2) return [];
      const own = weightsOf(training).filter((p) => optimizer.parameters.includes(p.tensor));
      const last = steps[steps.length - 1];
      const shrunk = own.filter((p) => last.after[p.index].norm < steps[0].before[p.index].norm * 0.98);
      const strength = own.map((p) => {
        const weight = steps[0].before[p.index].norm;
        if (isDecoupled) return optimizer.lr * decay;
        const g = gradientNorm(steps[0], p) ?? 0;
        return (decay * weight) / Math.max(g, 1e-12);
      });
      const pull = median(strength);
      const wins = isDecoupled ? pull > 0.005 && decay >= 0.5 : pull > 3;
      if (!wins || own.length === 0 || shrunk.length < own.length / 2) return [];
      return [
        fault({
          sentence: isDecoupled
            ? `Weight decay ${show(decay)} shrinks the weights by ${percent(pull)} in each step, more than the gradient can make up for.`
            : `Weight decay ${show(decay)} pulls the weights towards 0 with ${show(pull)} times the force of the gradient, so they shrink whatever the loss says.`,
          fix: `Use a smaller weightDecay, about ${isDecoupled ? "0.01" : "1e-4"}.`,
          evidence: {
            [isDecoupled ? "lr × decay" : "decay × weight / gradient"]: show(pull),
            "weights that shrink": `${shrunk.length} of ${own.length}`,
            examples: namesText(shrunk.map((p) => p.name)),
          },
          path: lastPlace(training, "update"),
        }),
      ];
    });
    return found.slice(0, 1);
  },
});
