/** The JSON of stops at breakpoints, and the messages between a front end and the kernel about breakpoints. */
import type { CellColumns, CodePlace, FrameColumns } from "./place.ts";
import type { Grid, Summary } from "./summary.ts";

/** Target of the comm that a front end opens which shows stops. */
export const breakpointsTarget = "tapelab.breakpoints";

/** Role of a tensor at a stop: the values that can be replaced, and those that the op or its rule reads. */
export type StopRole = "operand" | "result" | "gradient" | "contribution";

/** A tensor at a stop. */
export interface StopTensor {
  readonly role: StopRole;
  /** Name in the formula of the op, such as `x`, with that of the variable, where it has one. */
  readonly name: string;
  /** Index by which the value is replaced; -1 for one that cannot be replaced. */
  readonly index: number;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly summary: Summary;
  /** Picture of the elements; `null` without elements. */
  readonly grid: Grid | null;
}

/** The way in which the program went on. `"passed"`: it did not stop, as no front end was there; `"expired"`: no front end was there any more. */
export type StopOutcome = "stopped" | "continued" | "aborted" | "interrupted" | "passed" | "expired";

/** A stop, as the notebook stores it. */
export interface StopData {
  readonly schema: 1;
  /** Number of the stop since the kernel has started. */
  readonly stop: number;
  /** Ids and conditions of the breakpoints; empty after a step. */
  readonly breakpoints: readonly { readonly id: string; readonly text: string }[];
  readonly phase: "forward" | "backward";
  /** `"result"`: an op ran; `"cotangent"`: its gradient rule is next; `"contribution"`: the rule has run; `"leaf"`: the gradient of a leaf is complete. */
  readonly moment: "result" | "cotangent" | "contribution" | "leaf";
  readonly op: string;
  /** Op with its parameters. */
  readonly label: string;
  /** Names of the open scopes, outermost first, joined by `/`. */
  readonly scope: string;
  /** The formula of the op, or of its gradient rule, in TeX. */
  readonly tex: string;
  /** Sentences about what is found here. */
  readonly sentences: readonly string[];
  readonly tensors: readonly StopTensor[];
  /** Number of tensors that were left out, of ops with many; absent for none. */
  readonly omitted?: number;
  readonly place: CodePlace | null;
  readonly cells: CellColumns;
  readonly frames: FrameColumns;
  /** Index of the innermost frame of the call stack, or -1. */
  readonly frame: number;
  readonly outcome: StopOutcome;
  /** Number of stops of the cell so far, of which this is the last. */
  readonly count: number;
}

/** A breakpoint that the front end keeps with the notebook. */
export interface BreakpointSpec {
  readonly id: string;
  readonly enabled: boolean;
  readonly phase: "forward" | "backward" | "both";
  readonly value?: "nan" | "infinite" | "notFinite" | "zero";
  readonly normAbove?: number;
  readonly op?: string;
  readonly scope?: string;
  /** `null` stands for any size. */
  readonly shape?: readonly (number | null)[];
  /** Id of a cell, or its execution count. */
  readonly cell?: string | number;
  readonly line?: number;
  readonly file?: string;
  /** JavaScript expression of `event`. */
  readonly when?: string;
}

/** A breakpoint in the list that the kernel sends. */
export interface BreakpointData {
  readonly id: string;
  /** The condition in words. */
  readonly text: string;
  readonly phase: "forward" | "backward" | "both";
  readonly enabled: boolean;
  readonly hits: number;
  /** Whether a line of the program has set it. */
  readonly isFromCode: boolean;
  /** Where the line is, in words such as `cell [4], line 2`; "" for one that the front end has set. */
  readonly setAt: string;
  /** Error of its expression; `null` for none. */
  readonly error: string | null;
}

/** Way in which a stopped program goes on. */
export type StopVerb = "continue" | "step" | "over" | "out" | "abort";

/** A variable of a function of the stopped program. */
export interface StopVariable {
  readonly name: string;
  readonly type: string;
  /** The value in one line. */
  readonly value: string;
}

/** A frame of the stopped program. */
export interface StopFrame {
  /** Name of the function; "" outside of functions. */
  readonly name: string;
  readonly file: string;
  readonly cellId: string | null;
  readonly count: number | null;
  readonly line: number;
  readonly column: number;
  /** Variables by scope, innermost first. */
  readonly scopes: readonly { readonly name: string; readonly variables: readonly StopVariable[] }[];
}

/** A message of the front end. */
export type BreakpointsRequest =
  /** The breakpoints that the front end keeps, in place of those that it has sent before; and after how many seconds without a front end a stopped program goes on. */
  | { readonly kind: "set"; readonly breakpoints: readonly BreakpointSpec[]; readonly timeout?: number }
  | { readonly kind: "enable"; readonly id: string; readonly enabled: boolean }
  | { readonly kind: "remove"; readonly id: string }
  | { readonly kind: "go"; readonly stop: number; readonly how: StopVerb }
  /** Evaluates an expression in a frame. */
  | {
      readonly kind: "evaluate";
      readonly request: number;
      readonly stop: number;
      readonly frame: number;
      readonly code: string;
    }
  /** Replaces a value by that of an expression. */
  | {
      readonly kind: "replace";
      readonly request: number;
      readonly stop: number;
      readonly frame: number;
      readonly index: number;
      readonly code: string;
    }
  /** Sent every few seconds while the program is stopped: the front end is there. */
  | { readonly kind: "alive" };

/** The answer to an `evaluate` or `replace` request: MIME representations, or an error. */
export type StopAnswer =
  | { readonly status: "ok"; readonly data: Readonly<Record<string, unknown>> }
  | { readonly status: "error"; readonly message: string };

/** A message of the kernel. */
export type BreakpointsMessage =
  | { readonly kind: "breakpoints"; readonly breakpoints: readonly BreakpointData[] }
  | {
      readonly kind: "stopped";
      readonly cellId: string | null;
      readonly data: StopData;
      readonly frames: readonly StopFrame[];
    }
  | { readonly kind: "running"; readonly stop: number; readonly outcome: StopOutcome }
  | { readonly kind: "answer"; readonly request: number; readonly answer: StopAnswer };
