/** Errors as the compiler reports them, before their positions are mapped to the source. */

import type { Position } from "../../shared/positions.ts";

/** A diagnostic of a file that a cell imports; its path is relative to the notebook's folder. */
export interface FileDiagnostic {
  readonly start: Position;
  readonly end: Position;
  readonly messageText: string;
  readonly fileName: string;
}

/** A diagnostic of tslab's converter: of the cell, or of the file that it names. */
export type Finding = Omit<FileDiagnostic, "fileName"> & Partial<FileDiagnostic>;
