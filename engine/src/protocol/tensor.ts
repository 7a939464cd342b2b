/** The JSON of a tensor. */
import type { Num } from "./number.ts";
import type { Grid, Summary } from "./summary.ts";

/** One matrix of a tensor; a vector counts as a matrix of one row. */
export interface Slice {
  /** Indices in the dimensions before the last two. */
  readonly index: readonly number[];
  readonly grid: Grid;
  /** The exact elements in row-major order; `null` for a large tensor. */
  readonly values: readonly Num[] | null;
}

/** A tensor: statistics, and its first matrices. */
export interface TensorData {
  readonly schema: 1;
  readonly name: string | null;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly bytes: number;
  readonly requiresGrad: boolean;
  /** Name of the node that recorded the tensor; `null` for a leaf. */
  readonly gradFn: string | null;
  /** Norm of `grad`; `null` where `grad` is. The first versions did not store it. */
  readonly gradient?: Num | null;
  readonly summary: Summary;
  readonly slices: readonly Slice[];
  /** Number of matrices of the tensor. */
  readonly sliceCount: number;
}
