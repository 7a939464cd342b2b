/** The JSON of a confusion matrix. */

/** Divisor of the counts: the examples of the true class, those of the predicted class, or all examples. */
export type Normalization = "true" | "predicted" | "all";

/** A confusion matrix. */
export interface ConfusionData {
  readonly schema: 1;
  /** Names of the classes. */
  readonly names: readonly string[];
  /** Counts in row-major order: rows are the true class, columns the predicted one. */
  readonly counts: readonly number[];
  /** Divisor of the counts that are shown; `null` shows the counts themselves. */
  readonly normalize: Normalization | null;
  readonly title: string | null;
}
