/** Call sites: lines of the program in which operations were called. */

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

/** A call site that was captured, and is resolved to a line when it is first read. */
export interface PendingSite {
  resolve(): Site | null;
}

/** Returns the call site for the text of an error, such as ` in cell [3], line 2`; "" if it is unknown. */
export function placeText(site: PendingSite | null | undefined): string {
  const at = site?.resolve() ?? null;
  if (at === null) return "";
  return at.count === null ? ` at ${at.file}:${at.line}` : ` in cell [${at.count}], line ${at.line}`;
}
