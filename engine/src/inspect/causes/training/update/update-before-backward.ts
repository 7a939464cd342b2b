/** Updates that come before backward. */
import { lastPlace } from "../../../diagnose/record/case.ts";
import { isZero, updateEvents } from "../../../diagnose/record/parameters.ts";
import { fault, type TrainingCause, trainingCause } from "../shared.ts";

export const updateBeforeBackward: TrainingCause = trainingCause({
  id: "update-before-backward",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "The optimizer steps before backward",
  mechanism:
    "In each step, optimizer.step() comes before loss.backward(): if gradients are cleared in between, no update has any; otherwise each uses the gradients of the step before.",
  remedy: "Use the order zeroGrad, backward, step.",
  find: ({ steps }) => {
    const wrong = steps.filter((step) => {
      const kinds = step.events.map((e) => e.kind);
      const [update, backward] = [kinds.indexOf("update"), kinds.indexOf("backward")];
      return update >= 0 && backward > update && !kinds.slice(backward).includes("update");
    });
    const empty = wrong.filter((s) => updateEvents(s).every((e) => e.gradients.every(isZero))).length;
    if (wrong.length === 0 || wrong.length < steps.length) return [];
    // the update of a step whose backward comes last may use the gradients of the step before on purpose, only if they are kept
    return [
      fault({
        sentence:
          empty >= wrong.length
            ? "The optimizer steps before backward, at a time when the gradients are cleared, so nothing is updated."
            : "The optimizer steps before backward, so each update uses the gradients of the step before.",
        fix: "Use the order zeroGrad, backward, step.",
        evidence: { "steps in this order": `${wrong.length} of ${steps.length}`, "without gradients": String(empty) },
        path: lastPlace({ steps }, "update"),
      }),
    ];
  },
});
