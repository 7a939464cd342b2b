/** A learning rate that is too large. */
import { lastPlace, type TrainingCase } from "../../../diagnose/record/case.ts";
import { gradientNorm, type TrackedParameter } from "../../../diagnose/record/parameters.ts";
import { lossChange } from "../loss/loss-change.ts";
import { fault, percent, show, type TrainingCause, trainingCause } from "../shared.ts";
import { median, ratesOf, ratiosOf, weightsOf } from "./ratios.ts";

/** Whether half of the weights had a gradient in the first step, and have none in the last. */
function vanishes({ steps }: TrainingCase, weights: readonly TrackedParameter[]): boolean {
  const last = steps[steps.length - 1];
  const dead = weights.filter((p) => gradientNorm(last, p) === 0 && (gradientNorm(steps[0], p) ?? 0) > 0);
  return steps.length > 1 && dead.length >= weights.length / 2;
}

export const rateTooLarge: TrainingCause = trainingCause({
  id: "learning-rate-too-large",
  certainty: "dynamics",
  symptoms: ["not learning", "huge", "not finite"],
  title: "The learning rate is too large",
  mechanism:
    "Updates of a large part of the weights overshoot: the loss grows or jumps although each gradient points downhill. A sound update moves a weight by about a thousandth of its norm in a step. It is found where the loss grows or becomes infinite, or does not fall, while updates exceed a tenth of the weights.",
  remedy: "Divide the learning rate by 10 until the loss falls steadily.",
  find: (training) => {
    const { steps, losses } = training;
    const rates = ratesOf(training).filter((r) => r > 0);
    if (rates.length === 0 && !training.isUpdated) return [];
    const weights = weightsOf(training);
    const finite = losses.findIndex((l) => !Number.isFinite(l));
    const start = losses[0];
    const grew =
      Number.isFinite(start) &&
      (finite > 0 || losses[losses.length - 1] > start * 2 + 1e-6 || (lossChange(training) > 0.3 && start > 0));
    const highest = Math.max(...losses.filter((l) => Number.isFinite(l)));
    const jumps = start > 0 && highest > 5 * start;
    const stays = steps.length >= 8 && lossChange(training) > -0.05;
    const hasVanished = vanishes(training, weights);
    if (!grew && !jumps && !stays && !hasVanished) return [];
    const early = steps.slice(0, finite < 0 ? steps.length : Math.max(1, finite));
    const ratios = early.flatMap((s) => ratiosOf(s, weights));
    const ratio = median(ratios);
    const peak = Math.max(0, ...ratios);
    const jumped = jumps && peak > 0.3;
    const died = hasVanished && peak > 0.3;
    const stuck = died || (stays && ratio > 0.1);
    if (!Number.isFinite(ratio) || !((grew && peak > 0.1) || jumped || stuck)) return [];
    const factor = Math.max(10, 10 ** Math.round(Math.log10(Math.max(ratio, peak / 10) / 1e-3) - 1));
    return [
      fault({
        sentence: `Updates change the weights by ${ratio > 0.05 ? "" : "up to "}${percent(ratio > 0.05 ? ratio : peak)} of their norm in a step (about 0.1 % is usual), and the loss ${finite > 0 ? "becomes infinite" : grew ? "grows" : jumped ? `jumps to ${show(highest)}` : died ? "has no gradient any more" : "does not fall"}: the learning rate is too large.`,
        fix: `Divide the learning rate${rates.length > 0 ? ` ${show(rates[0])}` : ""} by ${show(Math.min(factor, 1e4))} or more.`,
        evidence: {
          "update / weight": show(ratio),
          "largest update / weight": show(peak),
          loss: `${show(start)} → ${show(losses[losses.length - 1])}`,
          ...(rates.length > 0 ? { lr: show(rates[0]) } : {}),
        },
        path: lastPlace(training, "update"),
      }),
    ];
  },
});
