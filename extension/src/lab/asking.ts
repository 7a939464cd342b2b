/** The box in which a cell asks goes away with the run that asked: JupyterLab takes it away only when it is answered. */
import type { Cell } from "@jupyterlab/cells";
import { CodeCell } from "@jupyterlab/cells";
import { NotebookActions } from "@jupyterlab/notebook";

const box = "jp-OutputArea-stdin-item";
/** An answered one, which goes by itself. */
const answered = "jp-OutputArea-stdin-hiding";

/** The part of an output area that says whether a person is asked; while one is, JupyterLab runs no cell. */
interface Asking {
  _pendingInput: boolean;
}

function takeAway(cell: Cell): void {
  if (!(cell instanceof CodeCell)) return;
  const left = cell.outputArea.widgets.filter((w) => w.hasClass(box) && !w.hasClass(answered));
  if (left.length === 0) return;
  for (const widget of left) widget.dispose();
  (cell.outputArea as unknown as Asking)._pendingInput = false;
}

/** Takes away what a run that has ended still asks; `isOurs` says of which cells. */
export function endQuestions(isOurs: (cell: Cell) => boolean): void {
  NotebookActions.executed.connect((_, { cell }) => {
    if (isOurs(cell)) takeAway(cell);
  });
}
