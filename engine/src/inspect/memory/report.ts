/** Reports on memory, which a notebook displays. */
import type { MemoryData, MemoryRow } from "../../protocol/index.ts";
import { memoryOutput } from "../../view/memory/output.ts";
import { Display } from "../shared/display.ts";

/** A report on the memory of tensors, which a notebook displays and which prints as text elsewhere. It keeps no tensor alive. */
export class MemoryReport extends Display<MemoryData> {
  readonly #rows: readonly MemoryRow[];

  constructor(data: MemoryData, rows: readonly MemoryRow[] = data.rows) {
    super(memoryOutput, data);
    this.#rows = rows;
  }

  /** All rows, of which `data` has those that fit. */
  get allRows(): readonly MemoryRow[] {
    return this.#rows;
  }
}
