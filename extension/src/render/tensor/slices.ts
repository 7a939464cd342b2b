/** The matrices of a tensor: names, and figures below their indices. */
import { Arrangement, decodeNumber, type Slice, type TensorData } from "tapelab/view";
import { h } from "../../dom.js";

/** Returns the name of a matrix for screen readers. */
export const nameOf = ({ index, grid }: Slice): string =>
  `${index.length === 0 ? "" : `[${index.join(", ")}] `}${grid.rows} by ${grid.columns}`;

/** Returns the grid of a vector in one row, although the engine stores large vectors in several. */
export const inOneRow = (slice: Slice): Slice =>
  slice.grid.exact
    ? { ...slice, grid: { ...slice.grid, rows: 1, columns: slice.grid.rows * slice.grid.columns } }
    : slice;

/** Returns a note on the way in which a heat map is cut into panels; empty if it is not. */
export const panelsNote = (slice: Slice | undefined): string =>
  slice === undefined ? "" : new Arrangement(slice.grid.rows, slice.grid.columns).panels.note;

/** Returns the magnitude of the strongest colour, which all heat maps of a tensor share. */
export const sharedScale = (t: TensorData): number =>
  t.slices.reduce((most, s) => Math.max(most, decodeNumber(s.grid.scale)), 0);

/** Draws a picture of a matrix below its indices. */
export const figure = ({ index }: Slice, picture: HTMLElement): HTMLElement =>
  index.length === 0
    ? picture
    : h(
        "figure",
        { class: "tapelab-figure" },
        h("figcaption", { class: "tapelab-index" }, `[${index.join(", ")}]`),
        picture,
      );
