/** The JSON of a numeric check of gradient rules: one row for each op and input. */
import type { PlaceLine } from "./causes.ts";
import type { Num } from "./number.ts";
import type { Grid } from "./summary.ts";

/**
 * The outcome of a check: the rule agrees with finite differences; it does not; it gives one of the slopes at a kink or jump nearby; finite differences are not finite; two
 * runs differ; the op could not be run again.
 */
export type NumericState = "right" | "wrong" | "kink" | "notFinite" | "random" | "unknown";

/** The gradient of one input of one op. */
export interface NumericRow {
  readonly op: string;
  readonly scope: string;
  readonly at: PlaceLine | null;
  /** Whether the program defines the op. */
  readonly custom: boolean;
  /** Name of the input, and its shape; an empty name for an op that was not checked. */
  readonly input: string;
  readonly shape: readonly number[];
  readonly state: NumericState;
  /** Number of elements that were compared, of all, and of those that are wrong. */
  readonly checked: number;
  readonly total: number;
  readonly wrong: number;
  /** The element that is farthest off: its index, the gradient by the rule and by finite differences; `null` if all agree. */
  readonly worst: { readonly index: readonly number[]; readonly rule: Num; readonly numeric: Num } | null;
  /** The rule's gradient over the numeric one at that element; `null` if all agree. */
  readonly ratio: Num | null;
  /** The pattern of the error, or the reason of another state, in words; empty for a rule that is right. */
  readonly sentence: string;
  /** Further facts, such as where the values of the inputs came from. */
  readonly notes: readonly string[];
  /** Gradients by the rule and by finite differences, and their ratio, of a wrong rule of which all elements were compared. */
  readonly rule: Grid | null;
  readonly numeric: Grid | null;
  readonly ratios: Grid | null;
}

/** A check of one op or of a tape. */
export interface NumericsData {
  readonly schema: 1;
  readonly title: string;
  /** Rows of wrong rules first, then the others in the order of recording. */
  readonly rows: readonly NumericRow[];
  readonly totals: {
    readonly ops: number;
    readonly right: number;
    readonly wrong: number;
    readonly kinks: number;
    readonly unchecked: number;
    /** Rows that were left out to limit the size. */
    readonly omitted: number;
  };
}
