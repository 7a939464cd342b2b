/** The JSON of a failed check, which its message and its page are made from. */

/** One line of facts, such as what was expected. */
export interface CheckFact {
  readonly name: string;
  readonly text: string;
}

/** A table of elements: the worst first, or one row for each input. */
export interface CheckTable {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Rows that were left out to limit the size. */
  readonly omitted: number;
}

/** A failed check. */
export interface CheckData {
  /** The call, such as `check.close`, with the name of its part where it has one. */
  readonly check: string;
  /** The failure in one sentence. */
  readonly sentence: string;
  /** Expected, got, the failing node, the numeric gradient, the student's line: those that are known. */
  readonly facts: readonly CheckFact[];
  /** Hints from the general to the concrete. */
  readonly hints: readonly string[];
  readonly table: CheckTable | null;
  /** The tape that led to the value, as text; `null` where nothing was recorded. */
  readonly tape: string | null;
}

/** The outcome of a part with points. */
export interface PartResult {
  readonly name: string;
  readonly points: number;
  readonly earned: number;
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
