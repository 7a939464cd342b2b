/** Options of the view of a tape. */

/** Options of a view that is not an output of a cell. */
export interface TapeViewOptions {
  /** Whether the view is as tall as its container, instead of growing up to a maximum height. */
  readonly fills?: boolean;
  /** Pinned rows, which the search finds by `is:pinned`. */
  readonly pinned?: () => ReadonlySet<number>;
  /** Called with the row of the current line after the person has moved there. */
  readonly moved?: (row: number | null) => void;
  /** Called with the text of each search. */
  readonly searched?: (text: string) => void;
  /** Called with the row to pin, or to unpin. */
  readonly pin?: (row: number) => void;
}
