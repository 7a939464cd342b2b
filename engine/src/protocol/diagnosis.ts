/** The JSON of the diagnosis of a training. */
import type { CauseFinding } from "./causes.ts";
import type { Num } from "./number.ts";

/** The findings of a diagnosis: reasons why a model does not learn, found in a few steps of its training. */
export interface DiagnosisData {
  readonly schema: 1;
  /** Number of steps that were examined. */
  readonly steps: number;
  /** Whether weights and the state of the optimizers were restored after the steps: the steps were run to be examined. */
  readonly restored: boolean;
  /** The loss of each step, up to 100. */
  readonly losses: readonly Num[];
  /** Number of parameters that are trained, and of their elements. */
  readonly parameters: number;
  readonly elements: number;
  /** The findings, the most important first. */
  readonly findings: readonly CauseFinding[];
  /** Number of findings that are left out. */
  readonly omitted: number;
  /** Number of causes that were looked for. */
  readonly checked: number;
  /** The message of the error that ended the steps; `null` if none did. */
  readonly error: string | null;
}
