/** Draws a line of the tape as a row of the grid. */
import type { Line, TapeData } from "tapelab/view";
import { h } from "../../dom.js";
import { drawStack, type rowsOf } from "../shared/sites.js";
import type { ViewContext } from "../shared/view.js";
import { drawCells } from "./row.js";

/** Returns whether the lines that are selected in an editor recorded a row. */
export type RowTest = ReturnType<typeof rowsOf>;

/** The state of a line. */
export interface LineState {
  readonly index: number;
  readonly isCurrent: boolean;
  readonly isOpen: boolean;
  /** Whether the lines that are selected in an editor recorded the row. */
  readonly isHere: boolean;
  readonly isPinned: boolean;
  /** Whether a breakpoint stops at the row, and is on; `null` if there is none. */
  readonly breakpoint: boolean | null;
  readonly findings: readonly string[];
}

/** Draws a line; the heading of an open scope is no opened row. */
export function drawLine(tape: TapeData, line: Line, state: LineState, context: ViewContext): HTMLElement {
  const { index, isCurrent, isOpen, isHere, isPinned, breakpoint, findings } = state;
  const classes = [
    "tapelab-row tapelab-line",
    isCurrent ? "tapelab-current" : "",
    isOpen && line.kind === "row" ? "tapelab-open" : "",
    isHere ? "tapelab-here" : "",
    isPinned ? "tapelab-pinned" : "",
    breakpoint === null ? "" : breakpoint ? "tapelab-break" : "tapelab-break tapelab-break-off",
  ].filter((name) => name !== "");
  return h(
    "div",
    {
      class: classes.join(" "),
      role: "row",
      "aria-rowindex": index + 1,
      "aria-level": line.depth + 1,
      "aria-expanded": String(isOpen),
      "aria-selected": String(isCurrent),
      title:
        [...findings, ...(breakpoint === null ? [] : [`breakpoint${breakpoint ? "" : ", off"}`])].join("\n") || null,
    },
    ...drawCells(tape, line, findings.length > 0, context),
  );
}

/** Whether the selected lines recorded a row of a line; of an open scope, only its rows count. */
export function isRecordedBy({ rows }: TapeData, line: Line, here: RowTest): boolean {
  if (line.kind === "scope" && !line.folded) return false;
  const [from, to] = line.kind === "row" ? [line.row, line.row] : [line.first, line.last];
  for (let r = from; r <= to; r++) if (here(rows.site[r] ?? null, rows.frame?.[r] ?? -1)) return true;
  return false;
}

/** Returns the first row that the selected lines recorded, or -1. */
export const firstRecorded = ({ rows }: TapeData, here: RowTest): number =>
  rows.site.findIndex((site, row) => here(site, rows.frame?.[row] ?? -1));

/** Draws the call stack of a row; `null` where none was captured. */
export function stackOfRow(context: ViewContext, { rows, cells, frames }: TapeData, row: number): HTMLElement | null {
  const frame = rows.frame?.[row] ?? -1;
  return frames !== undefined && frame >= 0 ? drawStack(context, cells, frames, frame) : null;
}
