/** Which cell and line an operation was called from. Captured as a raw stack, worked out only when it is read. */
import { locate } from "./cells.ts";
import { Frames } from "./stacks.ts";

interface Site {
  readonly file: string;
  readonly cellId: string | null;
  readonly count: number | null;
  readonly line: number;
  readonly column: number;
}

const depth = 24;
const cellFrame = /(cell\[\d+\]):(\d+):(\d+)/g;

/** The frames of cells, where compiled code was: as V8 gives them, or from the text where the program prepares stacks itself. */
function* cellFrames({ stack = "" }: Frames): Generator<readonly [file: string, line: number, column: number]> {
  if (typeof stack === "string")
    for (const [, file = "", line, column] of stack.matchAll(cellFrame)) yield [file, Number(line), Number(column)];
  else
    for (const frame of stack) {
      const file = frame.getFileName() ?? "";
      if (file.startsWith("cell[")) yield [file, frame.getLineNumber() ?? 1, frame.getColumnNumber() ?? 1];
    }
}

/** The innermost cell frame of the stack. */
class CapturedSite {
  readonly #frames: Frames;
  #site: Site | null | undefined;
  constructor(frames: Frames) {
    this.#frames = frames;
  }
  resolve(): Site | null {
    if (this.#site === undefined) this.#site = this.#find();
    return this.#site;
  }
  #find(): Site | null {
    for (const [file, line, column] of cellFrames(this.#frames)) {
      const at = locate(file, line, column);
      if (at !== null) return { file, cellId: at.cell.id, count: at.cell.count, line: at.line, column: at.column };
    }
    return null;
  }
}

export const captureSite = (): { resolve(): Site | null } => new CapturedSite(new Frames(captureSite, depth));
