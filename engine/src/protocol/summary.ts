/** Summaries of tensors: statistics, grids of block means, and the state of a gradient. */
import type { Num } from "./number.ts";

/** Statistics of a tensor. Extremes, mean and deviation are over the finite elements, and `null` where no element is finite. */
export interface Summary {
  readonly count: number;
  readonly min: Num | null;
  readonly max: Num | null;
  readonly mean: Num | null;
  /** Population standard deviation. */
  readonly std: Num | null;
  /** Euclidean norm of all elements. */
  readonly norm: Num;
  /** Number of elements that are 0, NaN, and infinite. */
  readonly zeros: number;
  readonly nan: number;
  readonly inf: number;
  /** Counts in equal bins from min to max: a base-36 digit a bin, relative to the fullest bin. */
  readonly histogram: string;
}

/** Summaries in columns; `count` is `null` where a row has no summary. */
export interface SummaryColumns {
  readonly count: readonly (number | null)[];
  readonly min: readonly (Num | null)[];
  readonly max: readonly (Num | null)[];
  readonly mean: readonly (Num | null)[];
  readonly std: readonly (Num | null)[];
  readonly norm: readonly (Num | null)[];
  readonly zeros: readonly number[];
  readonly nan: readonly number[];
  readonly inf: readonly number[];
  readonly histogram: readonly string[];
}

/** Encodes summaries as columns, which are empty if no row has a summary. */
export function encodeSummaries(summaries: readonly (Summary | null)[]): SummaryColumns {
  const list = summaries.some((s) => s !== null) ? summaries : [];
  return {
    count: list.map((s) => s?.count ?? null),
    min: list.map((s) => s?.min ?? null),
    max: list.map((s) => s?.max ?? null),
    mean: list.map((s) => s?.mean ?? null),
    std: list.map((s) => s?.std ?? null),
    norm: list.map((s) => s?.norm ?? null),
    zeros: list.map((s) => s?.zeros ?? 0),
    nan: list.map((s) => s?.nan ?? 0),
    inf: list.map((s) => s?.inf ?? 0),
    histogram: list.map((s) => s?.histogram ?? ""),
  };
}

/** Returns the summary of a row. */
export function summaryAt(columns: SummaryColumns, i: number): Summary | null {
  const count = columns.count[i] ?? null;
  if (count === null) return null;
  return {
    count,
    min: columns.min[i] ?? null,
    max: columns.max[i] ?? null,
    mean: columns.mean[i] ?? null,
    std: columns.std[i] ?? null,
    norm: columns.norm[i] ?? 0,
    zeros: columns.zeros[i] ?? 0,
    nan: columns.nan[i] ?? 0,
    inf: columns.inf[i] ?? 0,
    histogram: columns.histogram[i] ?? "",
  };
}

/** A matrix as a grid of squares: each is the mean of a block of elements, encoded as a byte. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Largest magnitude of a finite square. */
  readonly scale: Num;
  /** Bytes in row-major order as Base64: 0 is NaN, 1 and 255 are -∞ and ∞, and 2 … 254 are linear from -scale to scale. */
  readonly data: string;
  /** Whether each square is a single element. */
  readonly exact: boolean;
}

/** Whether a tensor has a gradient, and the reason if it has none. */
export type GradientState =
  /** The gradient is known. */
  | "computed"
  /** The gradient is known, and 0 everywhere. */
  | "zero"
  /** Backward ran, but no path led to the tensor. */
  | "notReached"
  /** An error or an interrupt ended backward before it reached the tensor. */
  | "interrupted"
  /** Backward passed through, but the gradient was not kept. */
  | "notRetained"
  /** The tensor does not require a gradient. */
  | "notRequired"
  /** Backward has not run. */
  | "notRunYet";
