/** The JSON of findings that name a cause: parts of explanations and diagnoses, and the findings of tapes. */

/** A line of the program, with the id and execution count of its cell; both are `null` for a file. */
export interface PlaceLine {
  readonly file: string;
  readonly id: string | null;
  readonly count: number | null;
  readonly line: number;
  readonly column: number;
}

/** An op on the way between a tensor and the loss. */
export interface Place {
  readonly op: string;
  /** Names of the open scopes, outermost first, joined by `/`. */
  readonly scope: string;
  readonly shape: readonly number[];
  /** The line of the call; `null` where it was not captured. */
  readonly at: PlaceLine | null;
  /** Facts about the op in words, such as `local derivative 0.21`; "" for none. */
  readonly note: string;
}

/** A fact in numbers that supports a finding: its name and its value in words. */
export interface Evidence {
  readonly name: string;
  readonly value: string;
}

/**
 * The kind of a finding: `"fault"` explains why something is wrong, `"question"` says what is wrong unless it is intended, `"fact"` says what is unusual and
 * harmless by itself.
 */
export type FindingKind = "fault" | "question" | "fact";

/** A cause that was found. */
export interface CauseFinding {
  /** Id of the cause, such as `"dead-relu"`. */
  readonly cause: string;
  readonly kind: FindingKind;
  /** The share of the effect that the cause accounts for, from 0 to 1. */
  readonly share: number;
  /** The finding in one sentence. */
  readonly sentence: string;
  /** The ops that lead from the tensor to the cause. */
  readonly path: readonly Place[];
  readonly evidence: readonly Evidence[];
  /** The remedy. */
  readonly fix: string;
}
