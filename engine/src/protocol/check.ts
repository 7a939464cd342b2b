/** The JSON of a failed check, which its message, its page and its view are made from. */
import type { PlaceLine } from "./causes.ts";
import type { Grid } from "./summary.ts";

/** One line of facts, such as what was expected. */
export interface CheckFact {
  readonly name: string;
  readonly text: string;
  /** The line of the program that the fact is about. */
  readonly at?: PlaceLine;
}

/** A table of elements: the worst first, or one row for each input. */
export interface CheckTable {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Rows that were left out to limit the size. */
  readonly omitted: number;
}

/** A picture of numbers, such as a gradient: squares of a matrix. */
export interface CheckMap {
  readonly label: string;
  readonly shape: readonly number[];
  readonly grid: Grid;
}

/** An op on the tape of a checked value. */
export interface CheckRow {
  readonly op: string;
  /** Names of the open scopes, outermost first, joined by `/`. */
  readonly scope: string;
  readonly shape: readonly number[];
  /** The first output in a few words; "" where it was not kept. */
  readonly value: string;
  /** The line of the call; `null` where it was not captured. */
  readonly at: PlaceLine | null;
  /** Whether the failure is in this op. */
  readonly failing: boolean;
}

/** The ops that led to a checked value, in the order of recording. */
export interface CheckTape {
  readonly rows: readonly CheckRow[];
  /** Ops that were left out to limit the size. */
  readonly omitted: number;
}

/** A failed check. */
export interface CheckData {
  /** The call, such as `check.close`, or the name of its part where it threw by itself. */
  readonly check: string;
  /** The failure in one sentence. */
  readonly sentence: string;
  /** Expected, got, the failing node, the numeric gradient, the student's line: those that are known. */
  readonly facts: readonly CheckFact[];
  /** Hints from the general to the concrete. */
  readonly hints: readonly string[];
  readonly table: CheckTable | null;
  /** Pictures beside each other, such as a gradient, the numeric one, and their ratio. */
  readonly maps: readonly CheckMap[];
  /** The tape that led to the value; `null` where nothing was recorded. */
  readonly tape: CheckTape | null;
}

/** The outcome of a part with points. */
export interface PartResult {
  readonly name: string;
  readonly points: number;
  readonly earned: number;
  /** The failure; `null` for a part that passed. */
  readonly failure: CheckData | null;
}

/** A failed check or a part, as a notebook stores it. */
export interface CheckOutcome {
  readonly schema: 1;
  /** The part with its points; `null` for a check by itself. */
  readonly part: Omit<PartResult, "failure"> | null;
  /** The failure; `null` for a part that passed. */
  readonly failure: CheckData | null;
}

/** The progress of a student in an exercise. */
export interface ExerciseProgress {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly points: number;
  readonly earned: number;
  /** The hint of the last check that failed; `null` if none did. */
  readonly hint: string | null;
}
