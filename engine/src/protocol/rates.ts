/** The JSON of a search for a learning rate. */
import type { Num } from "./number.ts";

/** Losses by learning rate. */
export interface RatesData {
  readonly schema: 1;
  /** The learning rates, which grow by a constant factor. */
  readonly rates: readonly Num[];
  /** The loss of each step, and their moving average. */
  readonly losses: readonly (Num | null)[];
  readonly smoothed: readonly (Num | null)[];
  /** Index of the suggested rate; `null` where the loss does not fall. */
  readonly suggestion: number | null;
  /** Whether the search ended because the loss grew. */
  readonly diverged: boolean;
}
