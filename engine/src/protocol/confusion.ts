/** A confusion matrix as a notebook shows it. */

/** The divisor of the counts: the examples of the true class, those of the predicted class, or all. */
export type Normalization = "true" | "predicted" | "all";

export interface ConfusionData {
  readonly schema: 1;
  /** Names of the classes. */
  readonly names: readonly string[];
  /** Counts in row-major order: rows are the true class, columns the predicted one. */
  readonly counts: readonly number[];
  readonly normalize: Normalization | null;
  readonly title: string | null;
}
