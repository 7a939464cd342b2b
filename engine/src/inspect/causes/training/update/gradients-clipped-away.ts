/** Gradients that are changed so much between backward and the update that little is left. */
import { lastPlace } from "../../../diagnose/record/case.ts";
import { backwardEvents, normOf, updateEvents } from "../../../diagnose/record/parameters.ts";
import { fault, show, type TrainingCause, trainingCause } from "../shared.ts";
import { median } from "./ratios.ts";

export const clippedAway: TrainingCause = trainingCause({
  id: "gradients-clipped-away",
  certainty: "structure",
  symptoms: ["tiny", "not learning"],
  title: "Clipping leaves next to nothing of the gradients",
  mechanism:
    "Between backward and the update, the gradients are scaled down by a factor of a hundred or more, as by clipGradNorm_ with a very small limit. SGD then moves by next to nothing; Adam, which adapts, hardly notices. It is found by comparing the gradients that backward formed with those that the optimizer was given.",
  remedy: "Clip at about the usual norm of the gradients (1 to 10), not far below.",
  find: ({ steps, parameters }) => {
    const factors = steps.flatMap((step) => {
      const [update] = updateEvents(step);
      const backward = backwardEvents(step).at(-1);
      if (update === undefined || backward === undefined) return [];
      const own = parameters.filter((p) => update.optimizer.parameters.includes(p.tensor));
      let formed = 0;
      let given = 0;
      for (const p of own) {
        formed += normOf(backward.after[p.index] ?? new Float64Array()) ** 2;
        given += normOf(update.gradients[p.index] ?? new Float64Array()) ** 2;
      }
      return formed > 0 && given > 0 && Number.isFinite(formed) ? [Math.sqrt(given / formed)] : [];
    });
    const factor = median(factors);
    const adapts = steps.some((s) => updateEvents(s).some((e) => "betas" in e.optimizer));
    if (!(factor < 0.01) || adapts) return [];
    return [
      fault({
        sentence: `The gradients are scaled by ${show(factor)} between backward and the update, as by clipping far below their norm, so the weights hardly move.`,
        fix: "Clip at about the usual norm of the gradients, or leave the clipping out.",
        evidence: { "norm after, over before": show(factor) },
        path: lastPlace({ steps }, "update"),
      }),
    ];
  },
});
