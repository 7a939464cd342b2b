/** The context of the checks: where failures are shown, the seed, and how facts about values of another process are found. */

import type { CheckData, CheckTape, PartResult } from "../../protocol/index.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Bundle } from "../../view/shared/output.ts";
import type { Examination } from "./examine.ts";
import type { StepMemory } from "./memory.ts";

/** The tape of a value, as far as a check reads it. */
export interface TapeFacts {
  /** Names of the recorded ops and of the scopes around them, one list a node. */
  readonly nodes: readonly (readonly string[])[];
  readonly tape: CheckTape;
}

/** The program that runs the checks. */
export interface CheckHost {
  /** The id from which inputs are seeded, one a student. */
  readonly id: string;
  /** Shows a failure, a part or a hint, in the forms that its MIME types name; `text/plain` is always among them. */
  readonly show: (bundle: Bundle) => void;
  /** Returns the tape of a value; `null` to let the check read the tensor's own. */
  readonly tapeOf: (value: unknown) => TapeFacts | null;
  /** Examines the ops inside of a node that another process computed; `null` for a node of this one. */
  readonly examine: (node: object) => Examination | null;
  /** Returns the memory in use after each step where `f` runs; `null` for this process. */
  readonly memoryAfter: (f: unknown, steps: number) => readonly StepMemory[] | null;
  /** Trains a module of another process on classes for a time, and returns the last loss; `null` for a module of this one. */
  readonly train: (model: unknown, x: Tensor, y: Tensor, seconds: number, lr: number) => number | null;
  /** Receives every check that ran. */
  readonly ran: (check: string, failure: CheckData | null) => void;
  /** Receives every part that ran. */
  readonly part: (part: PartResult) => void;
}
