/** Messages between the kernel and the annotations of code lines: what each line of a cell made. */
import type { Num } from "./number.ts";
import type { TapeData } from "./tape.ts";
import type { TensorData } from "./tensor.ts";

/** Target of the comm that is open while annotations are shown. */
export const annotationsTarget = "tapelab.annotations";

/** The latest of some numbers, the least and the greatest. */
export interface NumRange {
  readonly latest: Num;
  readonly min: Num;
  readonly max: Num;
}

/** A line that made a tensor: the last one that it made, and ranges over the times that it ran. */
export interface LineNote {
  /** Line of the cell, from 1. */
  readonly line: number;
  /** The op that made the tensor; "" where none was recorded. */
  readonly op: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Number of tensors that the line has made, as far as it was observed. */
  readonly count: number;
  /** The value of a tensor of one element; `null` for others. */
  readonly value: Num | null;
  /** Whether the tensor has elements that are NaN or infinite. */
  readonly broken: boolean;
  /** The norm of the gradient that passed; `null` before backward, and where none passed. */
  readonly gradient: NumRange | null;
  /** The share of units that a rectifier closed for the whole batch; `null` for other ops. */
  readonly dead: NumRange | null;
}

/** The notes of a run of a cell. */
export interface CellNotes {
  readonly file: string;
  readonly cellId: string | null;
  readonly count: number;
  /** Hash of the text that ran. */
  readonly hash: string;
  readonly lines: readonly LineNote[];
}

/** A message of the kernel: notes of cells, each in place of those that its cell had, or the answer to a request. */
export type AnnotationsMessage =
  | { readonly kind: "notes"; readonly cells: readonly CellNotes[] }
  | {
      readonly kind: "line";
      readonly request: number;
      /** The tensor, and its tape with the row that made it; `null` where they are no longer alive. */
      readonly tensor: TensorData | null;
      readonly tape: TapeData | null;
      readonly row: number;
    };

/** A request of the front end for the tensor of a line, and for its tape. */
export interface LineRequest {
  readonly request: number;
  readonly file: string;
  readonly line: number;
  readonly wantsTape: boolean;
}
