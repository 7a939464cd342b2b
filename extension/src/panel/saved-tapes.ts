/** The tapes that are stored in the outputs of a notebook, which the panel shows without a kernel. */
import type { ICodeCellModel } from "@jupyterlab/cells";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { checkTape, type TapeData, TapeFileError, tapeOutput } from "tapelab/view";
import type { TapeChoice } from "./session.js";

/** Returns the stored tape of an output; `null` if it has none, or a damaged one. */
function tapeIn(data: unknown): TapeData | null {
  try {
    const tape = tapeOutput.read(data);
    return tape === null ? null : checkTape(tape);
  } catch (error) {
    if (error instanceof TapeFileError) return null;
    throw error;
  }
}

/** Returns the stored tapes in the order of the cells. */
export function savedTapes(notebook: NotebookPanel): TapeChoice[] {
  const cells = notebook.content.model?.cells;
  if (cells === undefined) return [];
  const found: TapeChoice[] = [];
  for (const cell of cells) {
    if (cell.type !== "code") continue;
    const { outputs, executionCount } = cell as ICodeCellModel;
    for (let i = 0; i < outputs.length; i++) {
      const data = tapeIn(outputs.get(i).data[tapeOutput.mime]);
      if (data === null) continue;
      const where = executionCount === null ? "" : ` of cell [${executionCount}]`;
      const key = `saved/${cell.id}/${executionCount}/${i}`;
      found.push({
        key,
        title: data.title,
        note: `output${where}, ${data.totals.rows} ops`,
        id: null,
        data,
        isPinned: false,
      });
    }
  }
  return found;
}
