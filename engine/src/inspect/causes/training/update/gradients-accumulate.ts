/** Gradients that are never cleared. */
import type { Step, StepEvent } from "../../../diagnose/record/call.ts";
import { lastPlace, type TrainingCase } from "../../../diagnose/record/case.ts";
import { isZero } from "../../../diagnose/record/parameters.ts";
import type { Snapshot } from "../../../diagnose/record/snapshot.ts";
import { fault, namesText, show, type TrainingCause, trainingCause } from "../shared.ts";

/** Events of all steps in order, with their steps. */
const eventsOf = (steps: readonly Step[]): { event: StepEvent; step: Step }[] =>
  steps.flatMap((step) => step.events.map((event) => ({ event, step })));

/** Returns the parameters that an optimizer updated by gradients with contributions of its earlier updates, with the share that is old. */
function staleShares({ steps, parameters }: TrainingCase): Map<string, number> {
  /** For each parameter, the gradient that its optimizer used last. */
  const used = new Map<number, Snapshot>();
  /** For each parameter, the share of its gradient that was used before; absent for a gradient that was cleared. */
  const old = new Map<number, number>();
  const stale = new Map<string, number>();
  for (const { event } of eventsOf(steps))
    for (const p of parameters) {
      const { index, name, tensor } = p;
      if (event.kind === "backward") {
        const before = event.before[index] ?? null;
        const after = event.after[index] ?? null;
        const last = used.get(index);
        if (before === null || isZero(before)) old.delete(index);
        // the walk adds to the gradient that the optimizer has used
        else if (after !== null && last?.equals(before) === true)
          old.set(index, before.norm / Math.max(after.norm, Number.MIN_VALUE));
      } else if (event.optimizer.parameters.includes(tensor)) {
        const g = event.gradients[index];
        const share = old.get(index);
        if (g === null || isZero(g)) {
          used.delete(index);
          old.delete(index);
          continue;
        }
        if (share !== undefined) stale.set(name, share);
        used.set(index, g);
      }
    }
  return stale;
}

export const gradientsAccumulate: TrainingCause = trainingCause({
  id: "gradients-accumulate",
  certainty: "structure",
  symptoms: ["not learning", "huge"],
  title: "Gradients are never cleared",
  mechanism:
    "backward adds to .grad. Without zeroGrad between steps, each update uses the sum of the gradients of all steps so far, old directions included: like a momentum of 1, it overshoots and diverges. It is found where backward adds to a gradient that an optimizer has already used. Adding several backward passes up before one update is no fault.",
  remedy: "Call optimizer.zeroGrad() once in each step, before backward.",
  find: (training) => {
    const stale = staleShares(training);
    const optimized = training.parameters.filter((p) => p.isOptimized && p.tensor.requiresGrad);
    if (stale.size === 0 || stale.size < optimized.length * 0.3) return [];
    const share = Math.max(...stale.values());
    return [
      fault({
        sentence: `backward adds to gradients that the optimizer has already used: .grad of ${stale.size} parameters is never cleared, and each update repeats all earlier ones.`,
        fix: "Call optimizer.zeroGrad() in each step, before backward (or after step).",
        evidence: { parameters: namesText([...stale.keys()]), "norm before backward, over that after": show(share) },
        path: lastPlace(training, "backward"),
      }),
    ];
  },
});
