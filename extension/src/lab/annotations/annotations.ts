/** Annotations of code lines in all notebooks: the extension of the editors, tooltips, and clicks. */

import type { Extension } from "@codemirror/state";
import { EditorView, ViewPlugin } from "@codemirror/view";
import { Notification } from "@jupyterlab/apputils";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { CellNotes, TapeData } from "tapelab/view";
import type { PanelCode } from "../code.ts";
import { noteAt, noteField } from "./field.ts";
import { NotebookNotes } from "./notebook.ts";
import { NoteTooltip } from "./tooltip.ts";

/** Opens a row of a tape; returns false where it cannot. */
type OpenTape = (title: string, note: string, tape: TapeData, row: number) => boolean;

/** A line of a cell that has notes. */
interface NotedLine {
  readonly notebook: NotebookNotes;
  readonly notes: CellNotes;
  readonly line: number;
}

/** The annotations of the page. */
export class Annotations {
  readonly #isOurs: (panel: NotebookPanel) => boolean;
  readonly #openTape: OpenTape;
  readonly #notebooks = new Map<NotebookPanel, { readonly notes: NotebookNotes; readonly code: PanelCode }>();
  readonly #tooltip = new NoteTooltip((element) => this.#tensorOf(element));
  #isShown = false;

  /** Creates the annotations. `isOurs` tells notebooks of the kernel from others. */
  constructor(isOurs: (panel: NotebookPanel) => boolean, openTape: OpenTape) {
    this.#isOurs = isOurs;
    this.#openTape = openTape;
  }

  /** Annotates the cells of a notebook. */
  add(panel: NotebookPanel, code: PanelCode): void {
    const notes = new NotebookNotes(panel, code);
    this.#notebooks.set(panel, { notes, code });
    panel.disposed.connect(() => this.#notebooks.delete(panel));
    const follow = (): void => notes.show(this.#isShown && this.#isOurs(panel));
    panel.sessionContext.kernelChanged.connect(follow);
    void panel.context.ready.then(follow);
    follow();
  }

  /** Shows the annotations, or hides them. */
  show(isShown: boolean): void {
    this.#isShown = isShown;
    for (const [panel, { notes }] of this.#notebooks) notes.show(isShown && this.#isOurs(panel));
    if (!isShown) this.#tooltip.close();
  }

  /** The extension of all editors. */
  get extension(): Extension {
    const created = (view: EditorView): void => this.#created(view);
    return [
      noteField,
      // an editor is created when its cell comes into sight
      ViewPlugin.define((view) => {
        setTimeout(() => created(view));
        return {};
      }),
      EditorView.domEventHandlers({
        mouseover: ({ target }, view) => {
          const found = noteAt(view, target);
          if (found !== null) this.#tooltip.enter(found.element, found.note);
        },
        mouseout: ({ target }, view) => {
          if (noteAt(view, target) !== null) this.#tooltip.leave();
        },
        mousedown: ({ target, button }, view) => {
          const found = button === 0 ? noteAt(view, target) : null;
          if (found === null) return false;
          this.#tooltip.close();
          void this.openLine(view, found.note.line);
          return true;
        },
        keydown: () => this.#tooltip.close(),
      }),
    ];
  }

  /** Opens the op of a line in its tape; the last one that the line recorded. */
  async openLine(view: EditorView, line: number): Promise<void> {
    const found = this.#lineAt(view, line);
    if (found === null) return;
    const { notebook, notes } = found;
    const answer = await notebook.ask(notes, line, true);
    const title = `cell [${notes.count}], line ${line}`;
    const tape = answer?.tape ?? null;
    if (answer !== null && tape !== null && this.#openTape(title, `${tape.rows.label.length} ops`, tape, answer.row))
      return;
    const cell = notebook.panel.content.widgets.findIndex((c) => c === notebook.cellAt(view));
    const shown = this.#notebooks.get(notebook.panel)?.code.reveal({ cell, from: line, to: line }) ?? false;
    if (!shown)
      Notification.info(
        answer === null
          ? "The kernel does not answer, and no view of this notebook shows an operation of this line."
          : "No tape has an operation of this line: nothing that it reads requires a gradient, or its tensors are no longer in memory.",
        { autoClose: 5000 },
      );
  }

  /** Opens the op of the line with the cursor in a notebook; returns false if it has no annotation. */
  openCurrent(panel: NotebookPanel | null): boolean {
    const editor = panel?.content.activeCell?.node.querySelector<HTMLElement>(".cm-editor") ?? null;
    const view = editor === null ? null : EditorView.findFromDOM(editor);
    if (view === null) return false;
    const line = view.state.doc.lineAt(view.state.selection.main.head).number;
    if (this.#lineAt(view, line) === null) return false;
    void this.openLine(view, line);
    return true;
  }

  #lineAt(view: EditorView, line: number): NotedLine | null {
    for (const { notes: notebook } of this.#notebooks.values()) {
      const notes = notebook.notesAt(view);
      if (notes !== null && notes.lines.some((note) => note.line === line)) return { notebook, notes, line };
    }
    return null;
  }

  async #tensorOf(element: HTMLElement): ReturnType<ConstructorParameters<typeof NoteTooltip>[0]> {
    const view = EditorView.findFromDOM(element);
    const line = Number(element.dataset["line"]);
    const found = view === null ? null : this.#lineAt(view, line);
    return found === null ? null : ((await found.notebook.ask(found.notes, line, false))?.tensor ?? null);
  }

  #created(view: EditorView): void {
    for (const { notes } of this.#notebooks.values()) {
      const cell = notes.cellAt(view);
      if (cell !== null && notes.notesAt(view) !== null) notes.paint(cell);
    }
  }
}
