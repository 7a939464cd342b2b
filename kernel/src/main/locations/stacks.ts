/**
 * The text of every stack: frames of cells and of the person's files, at the places that were typed. Frames of libraries are counted; those of the
 * kernel, which calls the cell, are left out. V8 asks for the text when `stack` is first read.
 */
import { fileURLToPath } from "node:url";
import { attempt } from "../values/thrown.ts";
import { locate } from "./cells.ts";
import { locateInFile, shownPath } from "./files.ts";
import { engineFolder, kernelFolder, withoutInstallation } from "./installation.ts";

/** Captured frames: `stack` is V8's list of call sites. */
export class Frames {
  declare readonly stack?: readonly NodeJS.CallSite[] | string;

  /** Captures the frames outside of `from`. */
  constructor(from: Function, depth: number) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = depth;
    Error.captureStackTrace(this, from);
    Error.stackTraceLimit = limit;
  }
}

const frame = /^(?:(?<name>.*?) \()?(?:async )?(?<file>(?:file:\/\/)?[^()]+?):(?<line>\d+):(?<column>\d+)\)?$/;

const isLibrary = (file: string): boolean =>
  ["node:", engineFolder, kernelFolder].some((start) => file.replace("file://", "").startsWith(start)) ||
  file.includes("node_modules");

/** A file's place, from the notebook's folder where it is in there. */
function placeOf(file: string, line: number, column: number): string {
  const path = file.startsWith("file://") ? attempt(() => fileURLToPath(file), file) : file;
  const at = locateInFile(path, { line, column });
  return `${shownPath(path)}:${at.line}:${at.column}`;
}

/** Returns a function's name, empty where it has none: functions of earlier cells are called as properties of the notebook's variables. */
function calledOf(name: string | undefined): string {
  const called = (name ?? "").replace(/^(async )?(exports|Object|Variables)\./, "$1");
  return called === "<anonymous>" || called === "eval" ? "" : called;
}

/** Returns the line of a frame: `    at f (cell[4]:7:10)`. */
export const frameLine = (called: string, place: string): string =>
  `    at ${called === "" ? "" : `${called} `}(${place})`;

/** A frame as a line, `"library"` if it is to be counted, `null` if it is to be left out. `text`: as V8 writes it, without `at`. */
function lineOf(text: string): string | null {
  const found = frame.exec(text)?.groups;
  if (!found) return null;
  const { file = "", name } = found;
  const [line, column] = [Number(found["line"]), Number(found["column"])];
  if (file.startsWith("cell[")) {
    const at = locate(file, line, column);
    // code that the compiler added has no place in the cell
    return at === null ? null : frameLine(calledOf(name), `${file}:${at.line}:${at.column}`);
  }
  if (isLibrary(file)) return "library";
  return frameLine(calledOf(name), placeOf(file, line, column));
}

/** Runs of frames that repeat are shown once: at most so many frames make a round of a recursion. */
const longestRound = 8;
const fewestRounds = 4;

/** Says once what recursion says again and again. `isCut`: whether there were more frames than were recorded. */
function folded(lines: readonly string[], isCut: boolean): string[] {
  const result: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const [size, rounds] = roundAt(lines, i);
    result.push(...lines.slice(i, i + size));
    i += size * rounds;
    if (rounds === 1) continue;
    const what = size === 1 ? "the line above" : `the ${size} lines above`;
    result.push(`    … ${what} ${isCut ? "at least " : ""}${rounds - 1} more times`);
  }
  return result;
}

/** The shortest run of lines from `start` on that follows itself often enough, and how often it is there. */
function roundAt(lines: readonly string[], start: number): readonly [size: number, rounds: number] {
  for (let size = 1; size <= longestRound; size++) {
    let end = start + size;
    while (end < lines.length && lines[end] === lines[end - size]) end++;
    const rounds = Math.floor((end - start) / size);
    if (rounds >= fewestRounds) return [size, rounds];
  }
  return [1, 1];
}

/** The lines of a stack's frames, which are as V8 writes them. */
function linesOf(frames: readonly string[]): string[] {
  const lines: string[] = [];
  let hidden = 0;
  const fold = (): void => {
    if (hidden > 0) lines.push(`    … ${hidden} more inside libraries`);
    hidden = 0;
  };
  for (const text of frames) {
    const line = lineOf(text);
    if (line === "library") hidden++;
    else if (line !== null) {
      fold();
      lines.push(line);
    }
  }
  // what called the first cell is the kernel itself
  if (lines.length === 0) fold();
  return folded(lines, frames.length >= Error.stackTraceLimit);
}

/** V8 names what it could not call as the compiled cell has it: `exports.f`, `(0 , exports.f)`, `(0 , path_1.join)`, `fs_1.default`. */
const compiledName =
  /\(0 ?, [\p{ID_Continue}$]+\.([\p{ID_Continue}$]+)\)|(?<![.\p{ID_Continue}$])exports\.(?=[\p{ID_Start}$_])|\b([\p{ID_Continue}$]+)_\d+\.default\b/gu;

/** Puts the names that were typed into a message of V8's about a value of the wrong type. */
function nameAsTyped(error: Error, frames: readonly NodeJS.CallSite[]): void {
  const file = frames[0]?.getFileName() ?? "";
  if (!(error instanceof TypeError) || !/^cell\[|\.[cm]?tsx?$/.test(file)) return;
  if (!/ is not (?:a|iterable|async iterable)\b|^Cannot destructure /.test(error.message)) return;
  error.message = error.message.replace(compiledName, (_, name = "", module = "") => name + module);
}

const prepare: NonNullable<typeof Error.prepareStackTrace> = (error, frames) => {
  if (error instanceof Frames) return frames;
  attempt(() => nameAsTyped(error, frames), undefined);
  const head = attempt(() => Error.prototype.toString.call(error), "Error");
  return [withoutInstallation(head), ...attempt(() => linesOf(frames.map(String)), [])].join("\n");
};

/** Node's own. */
const plain = Error.prepareStackTrace;

/** Makes all stacks readable, unless the program prepares them itself. Called before each cell, as a program may have taken it away. */
export function prepareStacks(): void {
  if (Error.prepareStackTrace === undefined || Error.prepareStackTrace === plain) Error.prepareStackTrace = prepare;
}

/** The lines of a stack's text, which is V8's where the program prepares stacks itself. */
export function readable(stack: string): string[] {
  const lines = stack.split("\n");
  if (Error.prepareStackTrace === prepare) return lines.filter((line) => /^ {4}(at|…) /.test(line));
  return linesOf(lines.flatMap((line) => /^\s*at (.*)$/.exec(line)?.[1] ?? []));
}
