/** From a line of a view to the line of code in the notebook. */
import type { NotebookPanel } from "@jupyterlab/notebook";
import { h } from "../dom.ts";

const flashMs = 1600;

/** Where code stands. */
export interface Place {
  readonly cellId: string | null;
  readonly count: number | null;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** Goes to a place; false if the notebook no longer has it. */
export type Jump = (place: Place) => boolean;

/** Finds the cell by its id, else by its execution count, and puts the cursor on the line. */
export function jumpIn(panel: NotebookPanel): Jump {
  return ({ cellId, count, line, column }) => {
    const { content } = panel;
    const byId = content.widgets.findIndex((cell) => cellId !== null && cell.model.id === cellId);
    const at =
      byId >= 0
        ? byId
        : content.widgets.findIndex(
            (cell) => count !== null && cell.model.sharedModel.toJSON()["execution_count"] === count,
          );
    const cell = content.widgets[at];
    if (cell === undefined) return false;
    content.activeCellIndex = at;
    content.mode = "edit";
    void content.scrollToItem(at, "smart").then(() => {
      const editor = cell.editor;
      if (!editor) return;
      const last = editor.lineCount - 1;
      editor.setCursorPosition({ line: Math.min(line - 1, last), column: column - 1 });
      editor.focus();
      flash(cell.node, Math.min(line - 1, last));
    });
    return true;
  };
}

/** Lights the line up for a moment. The light lies over the editor, whose own elements are redrawn at any time. */
function flash(cell: HTMLElement, line: number): void {
  const element = cell.querySelectorAll<HTMLElement>(".cm-line")[line];
  const scroller = cell.querySelector<HTMLElement>(".cm-scroller");
  if (!element || !scroller) return;
  const light = h("div", {
    class: "tapelab-flash",
    style: `top: ${element.offsetTop}px; height: ${element.offsetHeight}px`,
  });
  scroller.append(light);
  setTimeout(() => light.remove(), flashMs);
}
