/** The JSON of a comparison of tapes. */
import type { Num } from "./number.ts";
import type { CellColumns, CodePlace, FrameColumns } from "./place.ts";
import type { GradientState, Grid, SummaryColumns } from "./summary.ts";
import type { LeafKind } from "./tape.ts";

/** Whether a row is in all tapes with equal numbers (`"same"`), in all but different, or in some of them only. With two tapes the latter is `"removed"` or `"added"`. */
export type DiffMark = "same" | "changed" | "removed" | "added" | "partial";

/**
 * The result of comparing a tensor with that of the first tape that has the row. `"close"`: within the tolerance. `"rounding"`: beyond it, but nothing more than
 * rounding errors. `"shape"`: the shapes differ. `"missing"`: only one of the tapes has a gradient. `"unknown"`: one of the tensors was not kept.
 * `"none"`: there is nothing to compare.
 */
export type DiffState = "equal" | "close" | "rounding" | "different" | "shape" | "missing" | "unknown" | "none";

/** The numbers behind `"rounding"` and `"different"`. */
export interface Difference {
  /** Largest absolute difference. */
  readonly largest: Num;
  /** Indices of the element that exceeds the tolerance most, and its values in the first tape and in this one. */
  readonly at: readonly number[];
  readonly values: readonly [first: Num, here: Num];
  /** Norm of this tensor over that of the first tape; `null` where that is not finite. */
  readonly ratio: Num | null;
}

/** Tensors of one tape, one a row. */
export interface ComparedColumns {
  readonly state: readonly DiffState[];
  readonly difference: readonly (Difference | null)[];
  /** Statistics; those of rows without a difference are left out in all tapes but the first. */
  readonly summary: SummaryColumns;
}

/** One of the tapes. Each list has one entry a row; those of rows that the tape does not have are `null` or empty. */
export interface DiffSide {
  readonly name: string;
  /** Name and value, or shape, of the result. */
  readonly title: string;
  /** Number of ops on the tape. */
  readonly ops: number;
  /** Op with its parameters, or the name of a leaf; `null` where the tape does not have the row. */
  readonly label: readonly (string | null)[];
  readonly scope: readonly string[];
  readonly shape: readonly (readonly number[] | null)[];
  readonly dtype: readonly (string | null)[];
  readonly site: readonly (CodePlace | null)[];
  /** Index of the innermost frame of the call stack, or -1. */
  readonly frame: readonly number[];
  readonly gradientState: readonly GradientState[];
  readonly value: ComparedColumns;
  readonly gradient: ComparedColumns;
}

/** Rows of the comparison: ops in the order of recording, then the leaves that they read. */
export interface DiffRows {
  readonly kind: readonly ("op" | LeafKind)[];
  /** Name of the op, or of the leaf. */
  readonly name: readonly string[];
  readonly mark: readonly DiffMark[];
  /** Differences of structure in words, such as `shape [2, 3] → [2, 4]`. */
  readonly changes: readonly (readonly string[])[];
  /** Number of rows before the row that were left out, and how many of them differ: those of which the numbers follow from earlier differences. */
  readonly skipped: readonly number[];
  readonly skippedChanged: readonly number[];
}

/** Pictures of a tensor in the first tape that has it and in a later one, and of the difference. */
export interface DiffPicture {
  readonly row: number;
  readonly tensor: "value" | "gradient";
  /** Index of the later tape. */
  readonly side: number;
  readonly first: Grid;
  readonly here: Grid;
  readonly difference: Grid;
}

/** A comparison of tapes. */
export interface DiffData {
  readonly schema: 1;
  readonly cells: CellColumns;
  readonly frames: FrameColumns;
  readonly sides: readonly DiffSide[];
  readonly rows: DiffRows;
  /** Rows of the first divergence, or -1: forward in structure and values, and backward from the result in gradients. */
  readonly first: { readonly structure: number; readonly value: number; readonly gradient: number };
  /** The result in sentences, the most important first. */
  readonly sentences: readonly string[];
  readonly pictures: readonly DiffPicture[];
  readonly totals: {
    readonly rows: number;
    /** Ops that were added, removed or changed. */
    readonly structure: number;
    /** Ops and leaves whose values, and whose gradients, differ. */
    readonly values: number;
    readonly gradients: number;
    /** Values that could not be compared, as they were not kept. */
    readonly unknown: number;
    /** Number of rows after the last row that were left out, and how many of them differ. */
    readonly skipped: number;
    readonly skippedChanged: number;
  };
}
