/** The code of a notebook, for views that show where operations were called: finds cells again, notices changed texts, and follows the selection. */
import type { NotebookPanel } from "@jupyterlab/notebook";
import { textHash } from "tapelab/view";

/** A cell that ran. */
export interface CellRef {
  /** Id of the cell; `null` where the kernel was not told. */
  readonly cellId: string | null;
  /** Execution count of the run. */
  readonly count: number | null;
  /** Hash of the text that ran; `null` where it is not known. */
  readonly hash: string | null;
}

/** Selected lines, counted from 1, of the cell at an index. */
export interface SelectedLines {
  readonly cell: number;
  readonly from: number;
  readonly to: number;
}

/** A view that can go to the first of its rows which the selected lines recorded; returns false if it has none. */
export type Reveal = (selection: SelectedLines) => boolean;

/** The code of a notebook. */
export interface NotebookCode {
  /** Returns the index of the cell that ran, or -1. */
  locate(cell: CellRef): number;
  /** Whether the text of the cell has changed since it ran. */
  isStale(cell: CellRef): boolean;
  /** The lines that are selected in the editor with the cursor. */
  readonly selection: SelectedLines | null;
  /** Calls `changed` after changes of texts and of the selection. Returns the function that ends this. */
  watch(changed: () => void, reveal: Reveal): () => void;
}

/** Milliseconds without a further change after which views are notified. */
const quietMs = 120;

/** The code of the notebook in a panel. */
export class PanelCode implements NotebookCode {
  readonly #panel: NotebookPanel;
  readonly #views = new Map<() => void, Reveal>();
  /** Hashes of the texts by cell, until one of them changes. */
  #hashes: readonly string[] | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #selection: SelectedLines | null = null;

  constructor(panel: NotebookPanel) {
    this.#panel = panel;
    const follow = (): void => this.#followSelection();
    document.addEventListener("selectionchange", follow);
    panel.disposed.connect(() => document.removeEventListener("selectionchange", follow));
    panel.content.modelContentChanged.connect(() => {
      this.#hashes = null;
      this.#notify();
    });
  }

  get selection(): SelectedLines | null {
    return this.#selection;
  }

  /** Finds the cell by its id, else by execution count and text, else by the text alone, else by the count alone. */
  locate({ cellId, count, hash }: CellRef): number {
    const { widgets } = this.#panel.content;
    const byId = cellId === null ? -1 : widgets.findIndex((cell) => cell.model.id === cellId);
    if (byId >= 0) return byId;
    const hashes = this.#textHashes();
    const byCount = count === null ? -1 : widgets.findIndex((cell) => countOf(cell) === count);
    if (hash === null || hashes[byCount] === hash) return byCount;
    const byText = hashes.indexOf(hash);
    return byText >= 0 ? byText : byCount;
  }

  isStale(cell: CellRef): boolean {
    const at = cell.hash === null ? -1 : this.locate(cell);
    return at >= 0 && this.#textHashes()[at] !== cell.hash;
  }

  watch(changed: () => void, reveal: Reveal): () => void {
    this.#views.set(changed, reveal);
    return () => this.#views.delete(changed);
  }

  /** Goes to the first row, in any view of the notebook, that the selected lines recorded; returns false if there is none. */
  revealSelection(): boolean {
    return this.#selection !== null && this.reveal(this.#selection);
  }

  /** Goes to the first row, in any view of the notebook, that some lines recorded; returns false if there is none. */
  reveal(lines: SelectedLines): boolean {
    return [...this.#views.values()].some((reveal) => reveal(lines));
  }

  #textHashes(): readonly string[] {
    const { widgets } = this.#panel.content;
    // while a notebook opens, its cells are added after views have asked
    if (this.#hashes?.length !== widgets.length)
      this.#hashes = widgets.map(({ model }) => textHash(model.sharedModel.getSource()));
    return this.#hashes;
  }

  /** Notifies the views when nothing has changed for a moment. */
  #notify(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      for (const changed of this.#views.keys()) changed();
    }, quietMs);
  }

  #followSelection(): void {
    const { activeCell, activeCellIndex } = this.#panel.content;
    const editor = activeCell?.model.type === "code" && activeCell.editor?.hasFocus() ? activeCell.editor : null;
    if (editor === null) return;
    const { start, end } = editor.getSelection();
    const [from, to] = [Math.min(start.line, end.line) + 1, Math.max(start.line, end.line) + 1];
    const before = this.#selection;
    if (before?.cell === activeCellIndex && before.from === from && before.to === to) return;
    this.#selection = { cell: activeCellIndex, from, to };
    this.#notify();
  }
}

/** Returns the execution count of a cell; `null` for one that has not run. */
const countOf = (cell: NotebookPanel["content"]["widgets"][number]): unknown =>
  (cell.model.sharedModel.toJSON() as { readonly execution_count?: unknown }).execution_count ?? null;
