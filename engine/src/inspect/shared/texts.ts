/** Texts of cells, which the host knows, so that nodes of a cell that has changed can be marked. */

/** The text of a cell, as it ran. */
export interface CellText {
  /** Hash of the text (`textHash`). */
  readonly hash: string;
  /** Whether the cell has run again with another text. */
  readonly isStale: boolean;
}

/** Returns what is known about a cell by its name in stack traces; `null` for a file. */
export type TextFinder = (file: string) => CellText | null;

let finder: TextFinder = () => null;

/** Sets the function that knows the texts of cells, as a kernel does. */
export function setCellTexts(find: TextFinder): void {
  finder = find;
}

/** Returns what the host knows about the text of a cell; `null` where it knows nothing. */
export const textOf = (file: string): CellText | null => finder(file);
