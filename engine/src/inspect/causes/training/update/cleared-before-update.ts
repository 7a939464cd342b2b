/** Gradients that are cleared before they are used. */

import type { StepEvent } from "../../../diagnose/record/call.ts";
import { lastPlace } from "../../../diagnose/record/case.ts";
import { isZero } from "../../../diagnose/record/parameters.ts";
import { fault, type TrainingCause, trainingCause } from "../shared.ts";

export const clearedBeforeUpdate: TrainingCause = trainingCause({
  id: "cleared-before-update",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Gradients are cleared between backward and step",
  mechanism:
    "zeroGrad is called after backward and before step, so the optimizer finds no gradients and updates nothing.",
  remedy: "Call zeroGrad before backward, or after step.",
  find: ({ steps, parameters }) => {
    let cleared = 0;
    let updates = 0;
    for (const step of steps) {
      let formed: StepEvent | null = null;
      for (const event of step.events) {
        if (event.kind === "backward") formed = event;
        else {
          const own = parameters.filter((p) => event.optimizer.parameters.includes(p.tensor));
          const before = formed;
          const had = before?.kind === "backward" && own.some((p) => !isZero(before.after[p.index] ?? null));
          if (!had) continue;
          updates++;
          if (own.every((p) => isZero(event.gradients[p.index]))) cleared++;
        }
      }
    }
    if (cleared === 0 || cleared < updates) return [];
    return [
      fault({
        sentence:
          "Gradients are cleared between backward and the optimizer's step, which finds none and updates nothing.",
        fix: "Call zeroGrad before backward: zeroGrad, backward, step.",
        evidence: { "updates without gradients": `${cleared} of ${updates}` },
        path: lastPlace({ steps }, "update"),
      }),
    ];
  },
});
