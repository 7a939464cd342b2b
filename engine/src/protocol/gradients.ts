/** Gradients of named tensors. */
import type { Num } from "./number.ts";
import type { GradientState, SummaryColumns } from "./summary.ts";

/** In columns: one entry a tensor in each list. */
export interface GradientColumns {
  readonly name: readonly string[];
  readonly shape: readonly (readonly number[])[];
  readonly dtype: readonly string[];
  readonly state: readonly GradientState[];
  readonly gradient: SummaryColumns;
  /** Norm of the tensor itself. */
  readonly weightNorm: readonly Num[];
  /** Norm of the gradient over norm of the tensor; `null` where either is not there. */
  readonly ratio: readonly (Num | null)[];
}

export interface GradientsData {
  readonly schema: 1;
  /** Norm of all gradients together. */
  readonly totalNorm: Num;
  readonly tensors: GradientColumns;
  /** Tensors that were left out because they did not fit. */
  readonly omitted: number;
}
