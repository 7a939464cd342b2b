/** Updates along the gradient instead of against it. */
import { backwardEvents, cosineOf, isZero, normOf, updateEvents } from "../../../diagnose/record/parameters.ts";
import { fault, show, type TrainingCause, trainingCause } from "../shared.ts";

export const uphill: TrainingCause = trainingCause({
  id: "update-uphill",
  certainty: "structure",
  symptoms: ["not learning", "huge"],
  title: "Updates go uphill",
  mechanism:
    "The weights move along the gradient and not against it, as where a hand-written update adds the gradient: the loss grows.",
  remedy: "Subtract the gradient: w.sub_(w.grad.mul(lr)).",
  find: ({ steps, parameters }) => {
    const cosines = steps.flatMap((step) =>
      updateEvents(step).length > 0
        ? []
        : parameters.flatMap((p) => {
            const g = backwardEvents(step).at(-1)?.after[p.index] ?? null;
            if (g === null || isZero(g)) return [];
            const moved = step.after[p.index].map((v, i) => v - step.before[p.index][i]);
            return normOf(moved) === 0 ? [] : [cosineOf(moved, g)];
          }),
    );
    if (cosines.length === 0 || Math.min(...cosines) < 0.9) return [];
    return [
      fault({
        sentence: "The weights move in the direction of their gradients, so each update makes the loss larger.",
        fix: "Subtract the gradient from the weight, times the learning rate.",
        evidence: { "cosine of update and gradient": show(Math.min(...cosines)) },
      }),
    ];
  },
});
