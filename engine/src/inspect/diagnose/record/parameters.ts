/** The parameters of a diagnosed training, with the facts of each step: gradients, weights, and how far updates moved them. */
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Step, StepEvent } from "./call.ts";
import type { Snapshot } from "./snapshot.ts";

/** A parameter of the diagnosed model, of its optimizers, or found on the tape. */
export interface TrackedParameter {
  readonly index: number;
  /** The dotted name below the model. */
  readonly name: string;
  readonly tensor: Tensor;
  /** Whether the diagnosed model has it. */
  readonly inModel: boolean;
  /** Whether an optimizer of the diagnosis, or one that stepped, has it. */
  readonly isOptimized: boolean;
}

/** Whether a gradient is absent or 0. */
export const isZero = (g: Snapshot | null): boolean => g === null || g.isZero;

type Of<K extends StepEvent["kind"]> = Extract<StepEvent, { readonly kind: K }>;

/** The backward passes of a step. */
export const backwardEvents = (step: Step): Of<"backward">[] => step.events.filter((e) => e.kind === "backward");

/** The updates by optimizers in a step. */
export const updateEvents = (step: Step): Of<"update">[] => step.events.filter((e) => e.kind === "update");

/** Whether the losses and gradients of a step are finite. */
export const isFinite = (step: Step): boolean =>
  backwardEvents(step).every(
    ({ pass, after }) => Number.isFinite(pass.loss) && after.every((g) => g === null || g.isFinite),
  );

/** Returns the update of a parameter in a step over the norm of its weights; `null` where the weights are 0. */
export function updateRatio(step: Step, { index }: TrackedParameter): number | null {
  const before = step.before[index];
  return before.norm === 0 ? null : before.distanceTo(step.after[index]) / before.norm;
}

/** Returns the norm of what a step's backward passes added to the gradient of a parameter; `null` if they added nothing. */
export function gradientNorm(step: Step, { index }: TrackedParameter): number | null {
  let sum: number | null = null;
  for (const { before, after } of backwardEvents(step)) {
    const now = after[index];
    if (now === null || now === undefined) continue;
    const old = before[index];
    const added = old === null || old === undefined ? now.norm : old.distanceTo(now);
    sum = (sum ?? 0) + added;
  }
  return sum;
}
