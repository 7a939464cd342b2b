/** The cell and line that an operation was called from, and the calls that led there. The stack is captured in raw form, and resolved only when it is read. */
import type { CellRecord } from "./cell-sources.ts";
import { locate } from "./cell-sources.ts";
import { Frames, ownFrames } from "./stacks.ts";

interface CallSite {
  readonly file: string;
  readonly cellId: string | null;
  readonly count: number | null;
  readonly line: number;
  readonly column: number;
}

/** A position in the code of a cell that runs. */
interface RunningPosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface CallFrame extends CallSite {
  readonly name: string;
  readonly hidden: number;
}

/** Number of frames that are captured: each level of nested modules takes four of the engine. */
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

/** Whether the innermost frames, before those of cells, are of a constructor. */
function isConstructed({ stack = "" }: Frames): boolean {
  if (typeof stack === "string") return false;
  const end = stack.findIndex((frame) => (frame.getFileName() ?? "").startsWith("cell["));
  return stack.slice(0, Math.max(end, 0)).some((frame) => frame.isConstructor());
}

/** Returns the frames as V8 formats them. */
const textsOf = ({ stack = "" }: Frames): string[] =>
  typeof stack === "string"
    ? stack.split("\n").flatMap((line) => /^\s*at (.*)$/.exec(line)?.[1] ?? [])
    : stack.map(String);

const siteIn = (file: string, cell: CellRecord | null, line: number, column: number): CallSite => ({
  file,
  cellId: cell?.id ?? null,
  count: cell?.count ?? null,
  line,
  column,
});

/** A captured stack whose innermost cell frame is the call site. */
class CapturedSite {
  readonly #frames: Frames;
  #site: CallSite | null | undefined;
  #stack: readonly CallFrame[] | undefined;
  #positions: readonly RunningPosition[] | undefined;
  constructor(frames: Frames) {
    this.#frames = frames;
  }

  /** Returns the call site; `null` if no cell is on the stack. */
  resolve(): CallSite | null {
    if (this.#site === undefined) this.#site = this.#find();
    return this.#site;
  }

  /** Returns the positions of cells on the stack, innermost first, in the code that runs; none for what a constructor of a library computes, such as initial weights. */
  positions(): readonly RunningPosition[] {
    this.#positions ??= isConstructed(this.#frames)
      ? []
      : Array.from(cellFrames(this.#frames), ([file, line, column]) => ({ file, line, column }));
    return this.#positions;
  }

  /** Returns the frames of cells and of the user's files, innermost first. */
  stack(): readonly CallFrame[] {
    this.#stack ??= ownFrames(textsOf(this.#frames)).map(({ name, file, cell, line, column, hidden }) => ({
      ...siteIn(file, cell, line, column),
      name,
      hidden,
    }));
    return this.#stack;
  }

  #find(): CallSite | null {
    for (const [file, line, column] of cellFrames(this.#frames)) {
      const at = locate(file, line, column);
      if (at !== null) return siteIn(file, at.cell, at.line, at.column);
    }
    return null;
  }
}

/** Captures the call site of the current operation. */
export const captureSite = (): {
  resolve(): CallSite | null;
  stack(): readonly CallFrame[];
  positions(): readonly RunningPosition[];
} => new CapturedSite(new Frames(captureSite, depth));
