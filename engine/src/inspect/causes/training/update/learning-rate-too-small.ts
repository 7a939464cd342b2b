/** A learning rate that is too small. */
import { lastPlace } from "../../../diagnose/record/case.ts";
import { gradientNorm } from "../../../diagnose/record/parameters.ts";
import { lossChange } from "../loss/loss-change.ts";
import { fault, show, type TrainingCause, trainingCause } from "../shared.ts";
import { median, ratesOf, ratiosOf, weightsOf } from "./ratios.ts";

export const rateTooSmall: TrainingCause = trainingCause({
  id: "learning-rate-too-small",
  certainty: "dynamics",
  symptoms: ["not learning"],
  title: "The learning rate is too small",
  mechanism:
    "Gradients are sound, but an update moves the weights by less than a millionth of their norm, so that thousands of steps change nothing. It is found by the ratio of update to weight, where gradients are not small against the weights. A rate that grows from step to step is a warm-up.",
  remedy: "Multiply the learning rate by 10 until the ratio of update to weight is about 1e-3.",
  find: (training) => {
    const { steps, losses } = training;
    const rates = ratesOf(training);
    if (rates.length < 3 || rates.some((r) => r === 0) || rates[rates.length - 1] > rates[0]) return [];
    if (Math.abs(lossChange(training)) > 0.02) return [];
    const weights = weightsOf(training).filter((p) => p.isOptimized);
    const ratio = median(steps.flatMap((s) => ratiosOf(s, weights)));
    const unmoved = ratiosOf(steps[steps.length - 1], weights).length === 0;
    const last = steps[steps.length - 1];
    const gradient = median(
      weights.map((p) => (gradientNorm(last, p) ?? 0) / Math.max(last.before[p.index].norm, 1e-12)),
    );
    if (!(unmoved || ratio < 1e-5) || !(gradient > 1e-4)) return [];
    return [
      fault({
        sentence: unmoved
          ? "Updates are smaller than the precision of the weights, which do not change at all: the learning rate is too small."
          : `An update changes the weights by ${show(ratio)} of their norm (about 1e-3 is usual), so the loss stays: the learning rate is too small.`,
        fix: `Multiply the learning rate ${show(rates[0])} by ${unmoved ? "1,000" : show(10 ** Math.floor(Math.log10(1e-3 / ratio)))}.`,
        evidence: {
          lr: show(rates[0]),
          "update / weight": unmoved ? "0" : show(ratio),
          "gradient / weight": show(gradient),
          loss: `${show(losses[0])} → ${show(losses[losses.length - 1])}`,
        },
        path: lastPlace(training, "update"),
      }),
    ];
  },
});
