/** The JSON of an explanation of a gradient. */
import type { CauseFinding } from "./causes.ts";
import type { Summary } from "./summary.ts";

/** The symptom of a gradient; `"sound"` if nothing is wrong with it. */
export type ExplainedState = "null" | "zero" | "tiny" | "huge" | "not finite" | "not learning" | "sound";

/** An explanation of the gradient of one tensor. */
export interface ExplanationData {
  readonly schema: 1;
  /** The tensor: its name, or `the tensor [2, 3]`. */
  readonly subject: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly state: ExplainedState;
  /** The explanation in one sentence. */
  readonly sentence: string;
  /** Statistics of the gradient; `null` where there is none. */
  readonly gradient: Summary | null;
  /** The findings, ranked by the share of the effect. */
  readonly findings: readonly CauseFinding[];
  /** The causes that were looked for, in words. */
  readonly checked: readonly string[];
  /** The facts that could not be known, with the reason. */
  readonly limits: readonly string[];
}
