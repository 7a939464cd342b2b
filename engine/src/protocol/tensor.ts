/** A tensor as a notebook shows it. */
import type { Num } from "./number.ts";
import type { Grid, Summary } from "./summary.ts";

/** One matrix of the tensor. */
export interface Slice {
  /** Indices of the leading dimensions. */
  readonly index: readonly number[];
  readonly grid: Grid;
  /** The exact elements in row-major order, where there are few. */
  readonly values: readonly Num[] | null;
}

export interface TensorData {
  readonly schema: 1;
  readonly name: string | null;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly bytes: number;
  readonly requiresGrad: boolean;
  /** Name of the recorded op that made it. */
  readonly gradFn: string | null;
  /** Norm of the gradient that has been accumulated; `null` where there is none. */
  readonly gradient?: Num | null;
  readonly summary: Summary;
  readonly slices: readonly Slice[];
  /** Number of matrices in all. */
  readonly sliceCount: number;
}
