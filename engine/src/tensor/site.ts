/** Call sites: lines of the program in which operations were called, and the calls that led there. */

/** A call site in user code. */
export interface Site {
  /** Name of the cell or file. */
  readonly file: string;
  /** Id of the cell in JupyterLab; `null` for a file. */
  readonly cellId: string | null;
  /** Execution count of the cell; `null` for a file. */
  readonly count: number | null;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/** A call in the program's own code, which led to the call site. */
export interface Frame extends Site {
  /** Name of the function that the line belongs to; "" for code outside of functions. */
  readonly name: string;
  /** Number of library frames between this frame and the inner one before it. */
  readonly hidden: number;
}

/** A call site that was captured, and is resolved to a line when it is first read. */
export interface PendingSite {
  resolve(): Site | null;
  /** Returns the frames of the program's own code, innermost first. Frames of libraries are counted and left out. */
  stack?(): readonly Frame[];
  /** Returns the positions of cells on the stack, innermost first, in the code that runs: they cost less than those in the source. */
  positions?(): readonly { readonly file: string; readonly line: number; readonly column: number }[];
}

/** Returns the call site for the text of an error, such as ` in cell [3], line 2`; "" if it is unknown. */
export function placeText(site: PendingSite | null | undefined): string {
  const at = site?.resolve() ?? null;
  if (at === null) return "";
  return at.count === null ? ` at ${at.file}:${at.line}` : ` in cell [${at.count}], line ${at.line}`;
}
