/** Goes to lines of code in a notebook and in its files. */
import type { NotebookPanel } from "@jupyterlab/notebook";
import { h } from "../dom.ts";
import type { CellRef, NotebookCode } from "./code.ts";
import type { OpenFile } from "./links.ts";

const flashMs = 1600;

/** A line of code in a cell, or in a file. */
export interface CodeLine extends Omit<CellRef, "hash"> {
  readonly hash?: string | null;
  /** Path of a file, if the line is not in a cell. */
  readonly file?: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** Goes to a line; returns false if the notebook no longer has the cell. */
export type Jump = (line: CodeLine) => boolean;

/** Returns a function that finds the cell and puts the cursor on the line, or opens the file. */
export function jumpIn(panel: NotebookPanel, code: NotebookCode, open: OpenFile): Jump {
  return ({ cellId, count, hash = null, file, line, column }) => {
    const { content } = panel;
    if (cellId === null && count === null && file !== undefined) {
      void openFile(panel, file, line, column, open);
      return true;
    }
    const at = code.locate({ cellId, count, hash });
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

/** Opens a file by its path in the notebook's folder. */
async function openFile(
  panel: NotebookPanel,
  file: string,
  line: number,
  column: number,
  open: OpenFile,
): Promise<void> {
  const resolved = await panel.content.rendermime.resolver?.resolvePath?.(file);
  if (resolved?.scope === "server") await open(resolved.path, line, column);
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
