/** The cell and line that an operation was called from. The stack is captured in raw form, and resolved only when the location is read. */
import { locate } from "./cell-sources.ts";
import { Frames } from "./stacks.ts";

interface CallSite {
  readonly file: string;
  readonly cellId: string | null;
  readonly count: number | null;
  readonly line: number;
  readonly column: number;
}

/** Number of frames that are searched for one of a cell. */
const depth = 24;

const cellFrame = /(cell\[\d+\]):(\d+):(\d+)/g;

/** Yields the frames of cells: from V8's call sites, or from the text if the program has set `Error.prepareStackTrace`. */
function* cellFrames({ stack = "" }: Frames): Generator<readonly [file: string, line: number, column: number]> {
  if (typeof stack === "string")
    for (const [, file = "", line, column] of stack.matchAll(cellFrame)) yield [file, Number(line), Number(column)];
  else
    for (const frame of stack) {
      const file = frame.getFileName() ?? "";
      if (file.startsWith("cell[")) yield [file, frame.getLineNumber() ?? 1, frame.getColumnNumber() ?? 1];
    }
}

/** A captured stack whose innermost cell frame is the call site. */
class CapturedSite {
  readonly #frames: Frames;
  #site: CallSite | null | undefined;
  constructor(frames: Frames) {
    this.#frames = frames;
  }

  /** Returns the call site; `null` if no cell is on the stack. */
  resolve(): CallSite | null {
    if (this.#site === undefined) this.#site = this.#find();
    return this.#site;
  }

  #find(): CallSite | null {
    for (const [file, line, column] of cellFrames(this.#frames)) {
      const at = locate(file, line, column);
      if (at !== null) return { file, cellId: at.cell.id, count: at.cell.count, line: at.line, column: at.column };
    }
    return null;
  }
}

/** Captures the call site of the current operation. */
export const captureSite = (): { resolve(): CallSite | null } => new CapturedSite(new Frames(captureSite, depth));
