/** The JSON of a table of gradients. */
import type { Num } from "./number.ts";
import type { GradientState, SummaryColumns } from "./summary.ts";

/** Columns of the table: each list has one entry a tensor. */
export interface GradientColumns {
  readonly name: readonly string[];
  readonly shape: readonly (readonly number[])[];
  readonly dtype: readonly string[];
  readonly state: readonly GradientState[];
  /** Why there is no gradient, or one of zeros, in a few words; "" where the state says enough. The first versions did not store it. */
  readonly reason?: readonly string[];
  /** Statistics of the gradients. */
  readonly gradient: SummaryColumns;
  /** Norm of the tensor itself. */
  readonly weightNorm: readonly Num[];
  /** Norm of the gradient over norm of the tensor; `null` without a gradient or where the tensor's norm is 0. */
  readonly ratio: readonly (Num | null)[];
}

/** Gradients of named tensors. */
export interface GradientsData {
  readonly schema: 1;
  /** Norm of all gradients together. */
  readonly totalNorm: Num;
  readonly tensors: GradientColumns;
  /** Number of tensors that were left out to limit the size. */
  readonly omitted: number;
}
