/** The JSON of the steps of a forward and a backward pass. */
import type { Num } from "./number.ts";
import type { Grid, Summary } from "./summary.ts";
import type { TapeData } from "./tape.ts";

/** A tensor at a step: the exact elements of a small one, or else a grid of block means. Statistics for both. */
export interface StepTensor {
  readonly shape: readonly number[];
  readonly summary: Summary;
  /** Exact elements in row-major order; `null` for a larger tensor, and where they were left out. */
  readonly values: readonly Num[] | null;
  /** Block means of a larger tensor; `null` for a small one, and where they were left out. */
  readonly grid: Grid | null;
}

/** The contribution of a step of the backward pass to the gradient of one input. */
export interface StepInput {
  /** Name of the input: that of the tensor, else the one in the formulas, with the op that computed it. */
  readonly name: string;
  /** The derivative of the output by the input, by which the upstream gradient is multiplied; `null` for an op that is not elementwise. */
  readonly local: StepTensor | null;
  /** The contribution to the gradient of the input; `null` if the gradient stops here. */
  readonly contribution: StepTensor | null;
  /** The sum with the contributions of the consumers before; `null` for the first one, whose sum is its contribution. */
  readonly sum: StepTensor | null;
  /** The number of consumers, of the `consumers` in all, whose contributions the sum has. */
  readonly nth: number;
  readonly consumers: number;
  /** Index of the output that the input is, of the op that computed it; absent for the first one. */
  readonly output?: number;
}

/** The numbers of one row at its steps. */
export interface StepDetail {
  /** The first output; `"changed"` if it has been changed in place since, `null` if it was not kept. */
  readonly value: StepTensor | "changed" | null;
  /** The gradient of the first output. */
  readonly upstream: StepTensor | null;
  /** Whether a hook has replaced the sum of the contributions. */
  readonly isReplaced: boolean;
  /** By input; `null` for one that needs no gradient. */
  readonly inputs: readonly (StepInput | null)[];
}

/**
 * The state of the backward pass. `"notRun"`: it has not begun. `"part"`: it is between two steps, or was ended there. `"complete"`: it has
 * visited all nodes. `"notKept"`: it ran, but nothing of it was kept.
 */
export type PassState = "notRun" | "part" | "complete" | "notKept";

/** The number of steps of each phase. */
export interface StepCounts {
  readonly forward: number;
  readonly backward: number;
}

/** Target of the comm over which a view pauses a pass that runs. */
export const stepsTarget = "tapelab.steps";

/** A request of a view: to pause a pass before its next step, to have it take one step or go on, or a sign that the view is there. */
export interface StepsRequest {
  readonly kind: "pause" | "step" | "continue" | "alive";
}

/** A pass whose loop runs. */
export interface LivePassData {
  /** Id of the pass in its kernel. */
  readonly id: string;
  /** Whether it is paused before its next step. */
  readonly paused: boolean;
}

/** The steps of a forward and a backward pass. */
export interface StepsData {
  readonly schema: 1;
  /** The ops of the tape, without details. Its gradients are those of this pass. */
  readonly tape: TapeData;
  /** Names of the variables that hold the outputs, by row; `null` for none. */
  readonly names: readonly (string | null)[];
  /** Rows of the steps of the backward pass, in its order. */
  readonly backward: readonly number[];
  /** By row; `null` where there was no room for them. */
  readonly details: readonly (StepDetail | null)[];
  /** Values of the leaves; `"changed"` for one that has been changed in place since, as an optimizer does, `null` where they are not known. */
  readonly leaves: readonly (StepTensor | "changed" | null)[];
  readonly pass: PassState;
  /** The number of steps that have been taken, of the forward and then of the backward pass, where the display opens. */
  readonly position: number;
  /** All steps, stored or not; those of a backward pass that is not complete are the ones that it can take. */
  readonly totals: StepCounts;
  /** Steps before the first stored one of each phase. */
  readonly skipped: StepCounts;
  /** Number of the stored rows whose numbers, or whose pictures, were left out to limit the size. */
  readonly withoutDetails: number;
  /** The loop that steps through the pass; absent once it has ended. */
  readonly live?: LivePassData;
}
