/** The watched trainings in the outputs of a notebook, which change while a training runs. */
import type { ICodeCellModel } from "@jupyterlab/cells";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { type WatchData, watchOutput } from "tapelab/view";

/** A watched training in the output of a cell. */
export interface WatchChoice {
  readonly data: WatchData;
  /** Execution count of the cell; `null` while it runs. */
  readonly count: number | null;
  /** The place of the latest change among those of all outputs; 0 for one that has not changed since the notebook was followed. */
  readonly changed: number;
}

type CellOutputs = ICodeCellModel["outputs"];

/** Follows the outputs of a notebook until it is disposed. */
export class WatchesOf {
  readonly #notebook: NotebookPanel;
  readonly #listener: () => void;
  readonly #followed = new Set<ICodeCellModel>();
  /** The number of the latest change of each cell's outputs. */
  readonly #changes = new Map<CellOutputs, number>();
  #count = 0;

  /** `listener` is called after an output has changed. */
  constructor(notebook: NotebookPanel, listener: () => void) {
    this.#notebook = notebook;
    this.#listener = listener;
    this.#cells?.changed.connect(this.#cellsChanged, this);
    this.#followAll();
  }

  get #cells() {
    return this.#notebook.content.model?.cells;
  }

  /** Returns the watched trainings in the order of the cells. */
  list(): WatchChoice[] {
    const found: WatchChoice[] = [];
    for (const cell of this.#codeCells()) {
      const { outputs, executionCount } = cell;
      for (let i = 0; i < outputs.length; i++) {
        const data = watchOutput.read(outputs.get(i).data[watchOutput.mime]);
        if (data !== null) found.push({ data, count: executionCount, changed: this.#changes.get(outputs) ?? 0 });
      }
    }
    return found;
  }

  dispose(): void {
    this.#cells?.changed.disconnect(this.#cellsChanged, this);
    for (const cell of this.#followed) {
      cell.outputs.changed.disconnect(this.#hear, this);
      cell.stateChanged.disconnect(this.#listener, this);
    }
    this.#followed.clear();
  }

  #codeCells(): ICodeCellModel[] {
    return [...(this.#cells ?? [])].filter((cell): cell is ICodeCellModel => cell.type === "code");
  }

  #followAll(): void {
    for (const cell of this.#codeCells()) {
      if (this.#followed.has(cell)) continue;
      this.#followed.add(cell);
      cell.outputs.changed.connect(this.#hear, this);
      // the execution count arrives after the outputs
      cell.stateChanged.connect(this.#listener, this);
    }
  }

  #cellsChanged(): void {
    this.#followAll();
    this.#listener();
  }

  #hear(outputs: CellOutputs): void {
    this.#changes.set(outputs, ++this.#count);
    this.#listener();
  }
}
