/** Shows the stop of a notebook's program in the cell that runs, between its code and its output. */
import type { CodeCell } from "@jupyterlab/cells";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { PanelLayout } from "@lumino/widgets";
import { StopView } from "../render/breakpoints/stop-view.js";
import type { ViewContext } from "../render/shared/view.js";
import type { Breakpoints, StopMessage } from "./breakpoints.js";
import type { NotebookCode } from "./code.js";

/** Returns the index of the cell that a stop belongs to; -1 if the notebook does not have it any more. */
function cellOf({ cellId, data }: StopMessage, code: NotebookCode): number {
  const { place, cells } = data;
  const at = cellId === null ? -1 : code.locate({ cellId, count: null, hash: null });
  if (at >= 0 || place === null) return at;
  const [cell] = place;
  return code.locate({
    cellId: cells.id[cell] ?? null,
    count: cells.count[cell] ?? null,
    hash: cells.hash?.[cell] ?? null,
  });
}

/** Puts the view into a cell, before its output. */
function mount(view: StopView, cell: CodeCell): void {
  const layout = cell.layout as PanelLayout;
  if (view.parent === cell) return;
  const output = layout.widgets.findIndex((widget) => widget.hasClass("jp-Cell-outputWrapper"));
  layout.insertWidget(output < 0 ? layout.widgets.length : output, view);
}

/** Follows the stops of a notebook's program. Returns the function that moves the focus to the view. */
export function showStopsIn(
  panel: NotebookPanel,
  code: NotebookCode,
  breakpoints: Breakpoints,
  context: ViewContext,
): () => void {
  const view = new StopView(breakpoints, context);
  view.node.hidden = true;
  const follow = (): void => {
    const { stop } = breakpoints;
    if (stop === null) return;
    const at = cellOf(stop, code);
    const cell = panel.content.widgets[at];
    if (cell === undefined || cell.model.type !== "code") return;
    const isNew = view.parent !== cell;
    mount(view, cell as CodeCell);
    if (isNew) void panel.content.scrollToItem(at, "smart").catch(() => undefined);
  };
  breakpoints.changed.connect((_sender, event) => {
    if (event === "stop") follow();
  });
  // the cells of a page that is opened while the program is stopped come later
  void panel.revealed.then(follow);
  panel.content.modelContentChanged.connect(() => {
    if (breakpoints.stop !== null && view.parent === null) follow();
  });
  panel.disposed.connect(() => view.dispose());
  return () => {
    if (breakpoints.stop === null) return;
    view.node.focus();
    view.node.scrollIntoView({ block: "nearest" });
  };
}
