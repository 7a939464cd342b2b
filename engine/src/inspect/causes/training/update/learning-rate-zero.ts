/** A learning rate of 0. */
import { lastPlace } from "../../../diagnose/record/case.ts";
import { fault, type TrainingCause, trainingCause } from "../shared.ts";
import { ratesOf } from "./ratios.ts";

export const rateZero: TrainingCause = trainingCause({
  id: "learning-rate-zero",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "The learning rate is 0",
  mechanism:
    "The optimizer steps with a learning rate of 0 in all steps, as after a schedule that has ended or one that was never started.",
  remedy: "Set lr above 0; look at the schedule.",
  find: (training) => {
    const rates = ratesOf(training);
    if (rates.length < 2 || rates.some((r) => r > 0)) return [];
    return [
      fault({
        sentence: `The learning rate is 0 in all ${rates.length} updates, so no weight changes.`,
        fix: "Set lr above 0, and check the schedule that changes it.",
        evidence: { lr: "0", updates: String(rates.length) },
        path: lastPlace(training, "update"),
      }),
    ];
  },
});
