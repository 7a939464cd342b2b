/** A recorded computation, in columns: one entry a row in each list. */
import type { Num } from "./number.ts";
import type { GradientState, Grid, SummaryColumns } from "./summary.ts";

/** What kind of tensor a row reads that no row made. */
export type LeafKind = "parameter" | "variable" | "constant";

/** Where the code of the rows stands. */
export interface CellColumns {
  readonly file: readonly string[];
  /** JupyterLab's ids. */
  readonly id: readonly (string | null)[];
  readonly count: readonly (number | null)[];
}

export interface ScopeColumns {
  readonly name: readonly string[];
  readonly kind: readonly ("module" | "op" | "user")[];
  /** Number of the enclosing scope, or -1. */
  readonly parent: readonly number[];
  readonly tex: readonly string[];
}

export interface OpColumns {
  readonly name: readonly string[];
  readonly forward: readonly string[];
  readonly vjp: readonly string[];
}

export interface LeafColumns {
  readonly name: readonly string[];
  readonly kind: readonly LeafKind[];
  readonly shape: readonly (readonly number[])[];
  readonly dtype: readonly string[];
}

export interface RowColumns {
  readonly op: readonly number[];
  readonly label: readonly string[];
  readonly scope: readonly number[];
  /** A row's number, or -1 - the number of a leaf. */
  readonly inputs: readonly (readonly number[])[];
  readonly shape: readonly (readonly number[])[];
  readonly dtype: readonly string[];
  readonly bytes: readonly number[];
  /** Bytes of the saved tensors that the row itself made or read. */
  readonly saved: readonly number[];
  /** Cell, line and column, or `null` where the line was not captured. */
  readonly site: readonly (readonly [cell: number, line: number, column: number] | null)[];
  readonly value: SummaryColumns;
  readonly gradientState: readonly GradientState[];
  readonly gradient: SummaryColumns;
}

/** A tensor that the rule of a row reads. */
export interface SavedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly bytes: number;
}

/** What the row sent on to one of its inputs. */
export interface Contribution {
  /** What the input is called, or how the formulas call it. */
  readonly name: string;
  readonly norm: Num;
  readonly grid: Grid | null;
}

/** What an opened row shows. */
export interface RowDetail {
  readonly saved: readonly SavedTensor[];
  readonly value: Grid | null;
  readonly gradient: Grid | null;
  /** dy/dx, for an op that works element by element on one tensor. */
  readonly local: Grid | null;
  readonly contributions: readonly Contribution[];
}

/** Something that deserves attention. */
export interface Finding {
  readonly row: number;
  readonly text: string;
}

export interface TapeData {
  readonly schema: 1;
  /** Name of the tensor whose computation this is, and its value if it is a scalar. */
  readonly title: string;
  readonly cells: CellColumns;
  readonly scopes: ScopeColumns;
  readonly ops: OpColumns;
  readonly leaves: LeafColumns;
  readonly rows: RowColumns;
  /** By row; `null` where the budget of what is stored left none. */
  readonly details: readonly (RowDetail | null)[];
  /** The first of them; `totals` has their number. */
  readonly findings: readonly Finding[];
  readonly totals: {
    readonly rows: number;
    /** Rows that were left out in front, because they did not fit. */
    readonly omitted: number;
    readonly parameters: number;
    readonly parameterElements: number;
    readonly savedBytes: number;
    readonly findings: number;
  };
}
