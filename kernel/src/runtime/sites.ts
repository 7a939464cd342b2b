/** Which cell and line an operation was called from. Captured as a raw stack, worked out only when it is read. */
import { locate } from "./cells.ts";

interface Site {
  readonly file: string;
  readonly cellId: string | null;
  readonly count: number | null;
  readonly line: number;
  readonly column: number;
}

const depth = 24;
const cellFrame = /(cell\[\d+\]):(\d+):(\d+)/g;

/** The innermost cell frame of the stack. */
class CapturedSite {
  readonly #holder: { readonly stack?: string };
  #site: Site | null | undefined;
  constructor(holder: object) {
    this.#holder = holder;
  }
  resolve(): Site | null {
    if (this.#site === undefined) this.#site = this.#find();
    return this.#site;
  }
  #find(): Site | null {
    for (const [, file = "", line, column] of (this.#holder.stack ?? "").matchAll(cellFrame)) {
      const at = locate(file, Number(line), Number(column));
      if (at !== null) return { file, cellId: at.cell.id, count: at.cell.count, line: at.line, column: at.column };
    }
    return null;
  }
}

export function captureSite(): { resolve(): Site | null } {
  const holder = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = depth;
  Error.captureStackTrace(holder, captureSite);
  Error.stackTraceLimit = limit;
  return new CapturedSite(holder);
}
