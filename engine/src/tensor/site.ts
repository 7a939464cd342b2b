/** Lines of the program, as places where something happened. */

/** Where in the user's code an operation was called. */
export interface Site {
  /** Identity of the cell or file. */
  readonly file: string;
  /** JupyterLab's id of the cell, when there is one. */
  readonly cellId: string | null;
  /** Execution count of the cell. */
  readonly count: number | null;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** A call site, captured now and worked out when it is read. */
export interface PendingSite {
  resolve(): Site | null;
}

/** ` in cell [3], line 2` for an error's text; nothing where the site is not known. */
export function placeText(site: PendingSite | null | undefined): string {
  const at = site?.resolve() ?? null;
  if (at === null) return "";
  return at.count === null ? ` at ${at.file}:${at.line}` : ` in cell [${at.count}], line ${at.line}`;
}
