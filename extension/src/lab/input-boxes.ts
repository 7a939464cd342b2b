/** Removes the input box of `prompt` when the cell has ended without an answer: JupyterLab removes it only when it is answered. */
import type { Cell } from "@jupyterlab/cells";
import { CodeCell } from "@jupyterlab/cells";
import { NotebookActions } from "@jupyterlab/notebook";

/** Class of an input box. */
const box = "jp-OutputArea-stdin-item";
/** Class of an answered input box, which JupyterLab removes. */
const answered = "jp-OutputArea-stdin-hiding";

/** The private flag of an output area that a cell waits for input; while it is set, JupyterLab runs no cell. */
interface WaitsForInput {
  _pendingInput: boolean;
}

/** Removes the unanswered input boxes of a cell. */
function removeBoxes(cell: Cell): void {
  if (!(cell instanceof CodeCell)) return;
  const left = cell.outputArea.widgets.filter((w) => w.hasClass(box) && !w.hasClass(answered));
  if (left.length === 0) return;
  for (const widget of left) widget.dispose();
  (cell.outputArea as unknown as WaitsForInput)._pendingInput = false;
}

/** Removes unanswered input boxes when a cell has ended, of the cells for which `isOurs` is true. */
export function removeBoxesAtEnd(isOurs: (cell: Cell) => boolean): void {
  NotebookActions.executed.connect((_, { cell }) => {
    if (isOurs(cell)) removeBoxes(cell);
  });
}
