/** The JSON of a recorded computation, in columns: each list has one entry a row of its table. */
import type { Num } from "./number.ts";
import type { CellColumns, CodePlace, FrameColumns } from "./place.ts";
import type { GradientState, Grid, SummaryColumns } from "./summary.ts";

/** Kind of a tensor that rows read and that no row computed. */
export type LeafKind = "parameter" | "variable" | "constant";

/** The scopes that the rows were recorded in. */
export interface ScopeColumns {
  readonly name: readonly string[];
  readonly kind: readonly ("module" | "op" | "user")[];
  /** Class of the module; "" for other scopes. The first versions did not store it. */
  readonly type?: readonly string[];
  /** Index of the enclosing scope, or -1. */
  readonly parent: readonly number[];
  /** Formula of a composite op. */
  readonly tex: readonly string[];
}

/** The ops of the rows, with their formulas in TeX. */
export interface OpColumns {
  readonly name: readonly string[];
  readonly forward: readonly string[];
  readonly vjp: readonly string[];
}

/** The tensors that rows read and that no row computed. */
export interface LeafColumns {
  readonly name: readonly string[];
  readonly kind: readonly LeafKind[];
  readonly shape: readonly (readonly number[])[];
  readonly dtype: readonly string[];
}

/** One row for each recorded operation. */
export interface RowColumns {
  /** Index of the op. */
  readonly op: readonly number[];
  readonly label: readonly string[];
  /** Index of the innermost scope, or -1. */
  readonly scope: readonly number[];
  /** Each input is a row's index, or -1 minus the index of a leaf. */
  readonly inputs: readonly (readonly number[])[];
  readonly shape: readonly (readonly number[])[];
  readonly dtype: readonly string[];
  /** Bytes of the outputs. */
  readonly bytes: readonly number[];
  /** Bytes of the saved tensors. */
  readonly saved: readonly number[];
  /** Call site: index of the cell, line and column; `null` where it was not captured. */
  readonly site: readonly (CodePlace | null)[];
  /** Index of the innermost frame of the call stack, or -1. The first versions did not store it. */
  readonly frame?: readonly number[];
  /** Statistics of the first output. */
  readonly value: SummaryColumns;
  readonly gradientState: readonly GradientState[];
  /** Statistics of the cotangent of the first output. */
  readonly gradient: SummaryColumns;
}

/** A tensor that was saved for the gradient rule of a row. */
export interface SavedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly bytes: number;
}

/** The cotangent that the gradient rule of a row computed for one input. */
export interface Contribution {
  /** Name of the input: that of the tensor, else the one in the formulas. */
  readonly name: string;
  readonly norm: Num;
  readonly grid: Grid | null;
}

/** Details of a row, which an opened row shows. */
export interface RowDetail {
  readonly saved: readonly SavedTensor[];
  readonly value: Grid | null;
  readonly gradient: Grid | null;
  /** The local slope dy/dx; `null` unless the op is elementwise with one input. */
  readonly local: Grid | null;
  readonly contributions: readonly Contribution[];
}

/** A sentence about a row that deserves attention. */
export interface Finding {
  readonly row: number;
  readonly text: string;
}

/** A recorded computation. */
export interface TapeData {
  readonly schema: 1;
  /** Names of the results, each with its value if it is a scalar, else with its shape. */
  readonly title: string;
  readonly cells: CellColumns;
  readonly frames?: FrameColumns;
  readonly scopes: ScopeColumns;
  readonly ops: OpColumns;
  readonly leaves: LeafColumns;
  readonly rows: RowColumns;
  /** Details by row; `null` where they did not fit, or the operation saved nothing and was not watched. */
  readonly details: readonly (RowDetail | null)[];
  /** The first findings; `totals.findings` counts all. */
  readonly findings: readonly Finding[];
  readonly totals: {
    readonly rows: number;
    /** Number of the earliest rows, which were left out to limit the size. */
    readonly omitted: number;
    readonly parameters: number;
    readonly parameterElements: number;
    readonly savedBytes: number;
    readonly findings: number;
    /** Number of rows whose values and gradients were not kept, as the limits of watching were reached; left out if it is 0. */
    readonly unwatched?: number;
  };
}
