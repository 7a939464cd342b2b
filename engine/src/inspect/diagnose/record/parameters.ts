/** The parameters of a diagnosed training, with the facts of each step: gradients, weights, and how far updates moved them. */
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Step, StepEvent } from "./call.ts";

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

/** Returns the Euclidean norm. */
export function normOf(x: Float64Array): number {
  let sum = 0;
  for (const v of x) sum += v * v;
  return Math.sqrt(sum);
}

/** Returns the norm of the difference. */
export function distanceOf(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - y[i]) ** 2;
  return Math.sqrt(sum);
}

/** Whether a gradient is absent or 0. */
export const isZero = (x: Float64Array | null): boolean => x === null || x.every((v) => v === 0);

/** Returns the cosine of the angle between two vectors; 0 if one is 0. */
export function cosineOf(x: Float64Array, y: Float64Array): number {
  let dot = 0;
  for (let i = 0; i < x.length; i++) dot += x[i] * y[i];
  const n = normOf(x) * normOf(y);
  return n === 0 ? 0 : dot / n;
}

/** The difference y - x. */
export const differenceOf = (x: Float64Array, y: Float64Array): Float64Array => y.map((v, i) => v - x[i]);

type Of<K extends StepEvent["kind"]> = Extract<StepEvent, { readonly kind: K }>;

/** The backward passes of a step. */
export const backwardEvents = (step: Step): Of<"backward">[] => step.events.filter((e) => e.kind === "backward");

/** The updates by optimizers in a step. */
export const updateEvents = (step: Step): Of<"update">[] => step.events.filter((e) => e.kind === "update");

/** Returns the update of a parameter in a step over the norm of its weights; `null` where the weights are 0. */
export function updateRatio(step: Step, { index }: TrackedParameter): number | null {
  const weight = normOf(step.before[index]);
  return weight === 0 ? null : distanceOf(step.before[index], step.after[index]) / weight;
}

/** Returns the norm of what a step's backward passes added to the gradient of a parameter; `null` if they added nothing. */
export function gradientNorm(step: Step, { index }: TrackedParameter): number | null {
  let sum: number | null = null;
  for (const { before, after } of backwardEvents(step)) {
    const now = after[index];
    if (now === null || now === undefined) continue;
    const old = before[index];
    const added = old === null || old === undefined ? normOf(now) : distanceOf(old, now);
    sum = (sum ?? 0) + added;
  }
  return sum;
}
