/** The JSON of code locations: lines of cells and files, and the calls that led there. */

/** The cells and files that hold the code of a display. */
export interface CellColumns {
  readonly file: readonly string[];
  /** The front end's id of the cell; `null` for a file, and where the front end sent none, as nbclient. */
  readonly id: readonly (string | null)[];
  /** Execution count of the cell; `null` for a file. */
  readonly count: readonly (number | null)[];
  /** Hash of the text that ran (`textHash`); `null` for a file. The first versions did not store it. */
  readonly hash?: readonly (string | null)[];
  /** Whether the cell had run again with another text when the display was made. */
  readonly stale?: readonly boolean[];
}

/** A location: index of the cell or file, line and column from 1. */
export type CodePlace = readonly [cell: number, line: number, column: number];

/** Frames of the person's own code. Calls that have outer frames in common share them. */
export interface FrameColumns {
  /** Name of the function; "" for code outside of functions. */
  readonly name: readonly string[];
  readonly place: readonly CodePlace[];
  /** Number of library frames between this frame and the inner one before it. */
  readonly hidden: readonly number[];
  /** Index of the frame that called this one, or -1. */
  readonly caller: readonly number[];
}
