/** The annotations of one notebook: places the kernel's notes in the editors of the cells. */

import type { EditorView } from "@codemirror/view";
import type { Cell } from "@jupyterlab/cells";
import type { CodeMirrorEditor } from "@jupyterlab/codemirror";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { type CellNotes, textHash } from "tapelab/view";
import type { PanelCode } from "../code.ts";
import { linkTo } from "../link.ts";
import { setNotes } from "./field.ts";
import { type LineAnswer, NotesLink } from "./link.ts";

/** Returns the editor of a cell; `null` for a cell out of sight, which has none yet. */
const editorOf = (cell: Cell): EditorView | null => (cell.editor as CodeMirrorEditor | null)?.editor ?? null;

/** The notes of a notebook. */
export class NotebookNotes {
  readonly panel: NotebookPanel;
  readonly #code: PanelCode;
  readonly #link: NotesLink;
  /** The notes of each cell, by its id. */
  readonly #notes = new Map<string, CellNotes>();
  #isShown = false;
  /** Whether the kernel that made the notes is gone. */
  #isLost = false;

  constructor(panel: NotebookPanel, code: PanelCode) {
    this.panel = panel;
    this.#code = code;
    this.#link = new NotesLink(linkTo(panel.sessionContext), {
      received: (cells) => this.#receive(cells),
      lost: () => this.#lose(),
    });
    panel.disposed.connect(() => this.#link.close());
  }

  /** Shows the notes, or removes them. */
  show(isShown: boolean): void {
    if (isShown === this.#isShown) return;
    this.#isShown = isShown;
    if (isShown) this.#link.open();
    else {
      this.#link.close();
      this.#notes.clear();
    }
    for (const cell of this.panel.content.widgets) this.paint(cell);
  }

  /** Returns the notes of the cell with an editor; `null` if it has none. */
  notesAt(view: EditorView): CellNotes | null {
    const cell = this.cellAt(view);
    return cell === null ? null : (this.#notes.get(cell.model.id) ?? null);
  }

  /** Returns the cell with an editor. */
  cellAt(view: EditorView): Cell | null {
    return this.panel.content.widgets.find((cell) => cell.node.contains(view.dom)) ?? null;
  }

  /** Asks the kernel for the tensor of a line. */
  ask(notes: CellNotes, line: number, wantsTape: boolean): Promise<LineAnswer | null> {
    return this.#link.ask(notes.file, line, wantsTape);
  }

  /** Places the notes of a cell in its editor, if it has one. */
  paint(cell: Cell): void {
    const view = editorOf(cell);
    if (view === null) return;
    const notes = this.#isShown ? this.#notes.get(cell.model.id) : undefined;
    if (notes === undefined) return view.dispatch({ effects: setNotes.of(null) });
    const isStale = this.#isLost || textHash(cell.model.sharedModel.getSource()) !== notes.hash;
    view.dispatch({ effects: setNotes.of({ lines: notes.lines, isStale }) });
  }

  #receive(cells: readonly CellNotes[]): void {
    if (this.#isLost) this.#notes.clear();
    this.#isLost = false;
    for (const notes of cells) {
      const { cellId, count, hash } = notes;
      const cell = this.panel.content.widgets[this.#code.locate({ cellId, count, hash })];
      if (cell === undefined) continue;
      this.#notes.set(cell.model.id, notes);
      this.paint(cell);
    }
  }

  #lose(): void {
    if (this.#isLost || this.#notes.size === 0) return;
    this.#isLost = true;
    for (const cell of this.panel.content.widgets) if (this.#notes.has(cell.model.id)) this.paint(cell);
  }
}
