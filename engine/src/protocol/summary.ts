/** What is stored of a tensor instead of its elements. */
import type { Num } from "./number.ts";

/** Statistics of the elements; those of value are over the finite ones, and `null` where there are none. */
export interface Summary {
  readonly count: number;
  readonly min: Num | null;
  readonly max: Num | null;
  readonly mean: Num | null;
  /** Population standard deviation. */
  readonly std: Num | null;
  /** Euclidean norm of all elements. */
  readonly norm: Num;
  readonly zeros: number;
  readonly nan: number;
  readonly inf: number;
  /** Counts in equal bins from min to max, each a base-36 digit relative to the fullest. */
  readonly histogram: string;
}

/** Many summaries, in columns; `count` is `null` where there is none. */
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

/** The columns are empty where there is no summary at all. */
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

/** One of them. */
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

/** A picture of a tensor: averages over blocks of its elements, one byte each. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** The magnitude that the strongest colour stands for. */
  readonly scale: Num;
  /** Base64: 0 is NaN, 1 and 255 are the infinities, 128 is 0, and 2 … 254 are linear in between. */
  readonly data: string;
  /** Whether each square is one element. */
  readonly exact: boolean;
}

/** Why there is a gradient, or none. */
export type GradientState =
  /** It is there. */
  | "computed"
  /** It is there, and all 0. */
  | "zero"
  /** Backward ran, and no path led here. */
  | "notReached"
  /** Backward was on its way here when an error ended it, or the program was terminated. */
  | "interrupted"
  /** Backward ran through here, and nothing kept the gradient. */
  | "notRetained"
  /** Nobody asked for it. */
  | "notRequired"
  /** Backward has not run. */
  | "notRunYet";
