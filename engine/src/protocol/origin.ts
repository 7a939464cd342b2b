/** The JSON of an origin: the ops from which a value was computed, back to data, parameters and constants. */
import type { CellColumns, CodePlace, FrameColumns } from "./place.ts";
import type { SummaryColumns } from "./summary.ts";

/** Kind of a tensor at which the way back ends: a parameter of a module, another tensor that requires a gradient, data, or a number. */
export type SourceKind = "parameter" | "variable" | "data" | "constant";

/** The ops, the nearest first. */
export interface OriginSteps {
  readonly op: readonly string[];
  /** Op with its parameters. */
  readonly label: readonly string[];
  /** Names of the open scopes, outermost first, joined by `/`. */
  readonly scope: readonly string[];
  readonly shape: readonly (readonly number[])[];
  readonly dtype: readonly string[];
  /** Number of ops between the value and this one, on the shortest way. */
  readonly distance: readonly number[];
  /** Each input is the index of a step, -1 minus the index of a source, or `null` for one that was left out. */
  readonly inputs: readonly (readonly (number | null)[])[];
  readonly site: readonly (CodePlace | null)[];
  /** Index of the innermost frame of the call stack, or -1. */
  readonly frame: readonly number[];
  readonly value: SummaryColumns;
}

/** The tensors at which the ways back end, the nearest first. */
export interface OriginSources {
  readonly name: readonly string[];
  readonly kind: readonly SourceKind[];
  readonly shape: readonly (readonly number[])[];
  readonly dtype: readonly string[];
  /** Where the variable that holds it was declared; `null` where that is not known. */
  readonly declared: readonly (CodePlace | null)[];
  /** Name of the declared variable, which may be the module of a parameter; "" where it is not known. */
  readonly variable: readonly string[];
  readonly distance: readonly number[];
  /** Number of ops that read it. */
  readonly readers: readonly number[];
  /** The way in which its value left the tape, such as `detached from the result of relu [8, 16] in cell [4], line 2`; "" if it did not, or that is not known. */
  readonly left: readonly string[];
  readonly value: SummaryColumns;
}

/** Where a value came from. */
export interface OriginData {
  readonly schema: 1;
  /** Name and value, or shape, of the tensor. */
  readonly title: string;
  readonly cells: CellColumns;
  readonly frames: FrameColumns;
  /** The answer in sentences, the most important first. */
  readonly sentences: readonly string[];
  readonly steps: OriginSteps;
  readonly sources: OriginSources;
  readonly totals: { readonly steps: number; readonly sources: number };
}
