/** Updates along the gradient instead of against it. */
import { backwardEvents, isZero, updateEvents } from "../../../diagnose/record/parameters.ts";
import type { Snapshot } from "../../../diagnose/record/snapshot.ts";
import { fault, show, type TrainingCause, trainingCause } from "../shared.ts";

/** Returns the cosine of the angle between a change of weights and a gradient. */
function cosineOf(before: Snapshot, after: Snapshot, gradient: Snapshot): number {
  const [x, y, g] = [before.elements, after.elements, gradient.elements];
  let dot = 0;
  for (let i = 0; i < x.length; i++) dot += (y[i] - x[i]) * g[i];
  const n = before.distanceTo(after) * gradient.norm;
  return n === 0 ? 0 : dot / n;
}

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
            const [before, after] = [step.before[p.index], step.after[p.index]];
            return before.distanceTo(after) === 0 ? [] : [cosineOf(before, after, g)];
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
