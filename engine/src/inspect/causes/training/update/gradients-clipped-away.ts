/** Gradients that are changed so much between backward and the update that little is left. */
import { lastPlace } from "../../../diagnose/record/case.ts";
import { backwardEvents, updateEvents } from "../../../diagnose/record/parameters.ts";
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
    const adapts = steps.some((s) => updateEvents(s).some((e) => e.optimizer.isAdaptive));
    if (adapts) return [];
    const uses = steps.flatMap((step) => {
      const [update] = updateEvents(step);
      const backward = backwardEvents(step).at(-1);
      if (update === undefined || backward === undefined) return [];
      const own = parameters.filter((p) => update.optimizer.parameters.includes(p.tensor));
      return [own.map(({ index }) => ({ formed: backward.after[index] ?? null, given: update.gradients[index] }))];
    });
    if (!uses.flat().some(({ formed, given }) => formed !== given)) return [];
    const factors = uses.flatMap((gradients) => {
      const formed = gradients.reduce((sum, g) => sum + (g.formed?.norm ?? 0) ** 2, 0);
      const given = gradients.reduce((sum, g) => sum + (g.given?.norm ?? 0) ** 2, 0);
      return formed > 0 && given > 0 && Number.isFinite(formed) ? [Math.sqrt(given / formed)] : [];
    });
    const factor = median(factors);
    if (!(factor < 0.01)) return [];
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
