/** Goes to lines of code in a notebook. */
import type { NotebookPanel } from "@jupyterlab/notebook";
import { h } from "../dom.ts";

const flashMs = 1600;

/** A line of code in a cell. */
export interface CodeLine {
  readonly cellId: string | null;
  readonly count: number | null;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** Goes to a line; returns false if the notebook no longer has the cell. */
export type Jump = (line: CodeLine) => boolean;

/** Returns a function that finds the cell by its id, else by its execution count, and puts the cursor on the line. */
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

/** Highlights a line for a moment, by an element over the editor, as the editor replaces its own elements at any time. */
function flash(cell: HTMLElement, line: number): void {
  const element = cell.querySelectorAll<HTMLElement>(".cm-line")[line];
  const scroller = cell.querySelector<HTMLElement>(".cm-scroller");
  if (!element || !scroller) return;
  const highlight = h("div", {
    class: "tapelab-flash",
    style: `top: ${element.offsetTop}px; height: ${element.offsetHeight}px`,
  });
  scroller.append(highlight);
  setTimeout(() => highlight.remove(), flashMs);
}
