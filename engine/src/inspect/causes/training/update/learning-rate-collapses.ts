/** A learning rate that falls too fast. */
import { lastPlace } from "../../../diagnose/record/case.ts";
import { fault, show, type TrainingCause, trainingCause } from "../shared.ts";
import { ratesOf } from "./ratios.ts";

export const rateCollapses: TrainingCause = trainingCause({
  id: "learning-rate-collapses",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "The learning rate falls too fast",
  mechanism:
    "The learning rate falls by a large factor within a few steps, as where a decay meant for each epoch is applied in each step. Training stops before it has begun.",
  remedy: "Apply the decay once per epoch, or choose its factor for the number of steps.",
  find: (training) => {
    const rates = ratesOf(training);
    if (rates.length < 5 || !(rates[0] > 0)) return [];
    const last = rates[rates.length - 1];
    const falls = rates.every((r, i) => i === 0 || r <= rates[i - 1]);
    if (!falls || last > rates[0] / 30) return [];
    const factor = (last / rates[0]) ** (1 / (rates.length - 1));
    return [
      fault({
        sentence: `The learning rate falls from ${show(rates[0])} to ${show(last)} within ${rates.length} updates, by the factor ${show(factor)} in each: training stops before it has begun.`,
        fix: "Apply the decay once per epoch, or use a factor nearer to 1.",
        evidence: { "lr, first to last": `${show(rates[0])} → ${show(last)}`, "factor per step": show(factor) },
        path: lastPlace(training, "update"),
      }),
    ];
  },
});
