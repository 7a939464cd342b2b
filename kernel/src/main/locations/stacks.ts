/**
 * Formats all stack traces. Frames of cells and of the user's files have source positions; frames of libraries are counted; frames of the kernel,
 * which calls the cell, are left out. V8 asks for the text when `stack` is first read.
 */
import { fileURLToPath } from "node:url";
import { stopScript } from "../../shared/tape-stops.ts";
import { attempt } from "../values/attempt.ts";
import { type CellRecord, locate } from "./cell-sources.ts";
import { locateInFile, shownPath } from "./file-sources.ts";
import { foldRepeats } from "./fold-repeats.ts";
import { engineFolder, kernelFolder, withoutInstallation } from "./installation.ts";

/** A captured stack, as V8's list of call sites. */
export class Frames {
  declare readonly stack?: readonly NodeJS.CallSite[] | string;

  /** Captures at most `depth` frames below the function `from`. */
  constructor(from: Function, depth: number) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = depth;
    Error.captureStackTrace(this, from);
    Error.stackTraceLimit = limit;
  }
}

const frame = /^(?:(?<name>.*?) \()?(?:async )?(?<file>(?:file:\/\/)?[^()]+?):(?<line>\d+):(?<column>\d+)\)?$/;

/** Whether a file is of a library, of Node or of the kernel. */
export const isLibrary = (file: string): boolean =>
  ["node:", engineFolder, kernelFolder].some((start) => file.replace("file://", "").startsWith(start)) ||
  file === stopScript ||
  file.includes("node_modules");

/** Returns the name of a frame's function, "" for none; functions of earlier cells are called as properties of the notebook's variables. */
function functionName(name: string | undefined): string {
  const plain = (name ?? "").replace(/^(async )?(exports|Object|Variables)\./, "$1");
  return plain === "<anonymous>" || plain === "eval" ? "" : plain;
}

/** Returns the line of a frame: `    at f (cell[4]:7:10)`. */
export const frameLine = (name: string, location: string): string =>
  `    at ${name === "" ? "" : `${name} `}(${location})`;

/** A frame in the source of a cell, whose record it has, or of a file of the user. */
export interface OwnFrame {
  readonly name: string;
  readonly file: string;
  readonly cell: CellRecord | null;
  readonly line: number;
  readonly column: number;
}

/** Returns the frame that V8 has formatted as `text`; "library" if it is to be counted, `null` if it is to be left out. */
function readFrame(text: string): OwnFrame | "library" | null {
  const found = frame.exec(text)?.groups;
  if (!found) return null;
  const { file = "" } = found;
  const name = functionName(found["name"]);
  const position = { line: Number(found["line"]), column: Number(found["column"]) };
  if (file.startsWith("cell[")) {
    const at = locate(file, position.line, position.column);
    // code that the compiler has added is not in the source
    return at === null ? null : { name, file, ...at };
  }
  if (isLibrary(file)) return "library";
  const path = file.startsWith("file://") ? attempt(() => fileURLToPath(file), file) : file;
  return { name, file: shownPath(path), cell: null, ...locateInFile(path, position) };
}

/** Returns the frames of the user's own code, innermost first, each with the number of library frames between it and the inner one before it. */
export function ownFrames(frames: readonly string[]): (OwnFrame & { readonly hidden: number })[] {
  const own: (OwnFrame & { readonly hidden: number })[] = [];
  let hidden = 0;
  for (const text of frames) {
    const found = readFrame(text);
    if (found === "library") hidden++;
    else if (found !== null) {
      own.push({ ...found, hidden: own.length === 0 ? 0 : hidden });
      hidden = 0;
    }
  }
  return own;
}

/** Returns the line of a frame that V8 has formatted as `text`; "library" if it is to be counted, `null` if it is to be left out. */
function lineOf(text: string): string | null {
  const found = readFrame(text);
  if (found === null || found === "library") return found;
  return frameLine(found.name, `${found.file}:${found.line}:${found.column}`);
}

/** Returns the lines for frames that V8 has formatted. */
function linesOf(frames: readonly string[]): string[] {
  const lines: string[] = [];
  let hidden = 0;
  const endRun = (): void => {
    if (hidden > 0) lines.push(`    … ${hidden} more inside libraries`);
    hidden = 0;
  };
  for (const text of frames) {
    const line = lineOf(text);
    if (line === "library") hidden++;
    else if (line !== null) {
      endRun();
      lines.push(line);
    }
  }
  // libraries below the first cell are not counted: they are how the kernel called it
  if (lines.length === 0) endRun();
  return foldRepeats(lines, frames.length >= Error.stackTraceLimit);
}

/** Matches how V8 names variables of a compiled cell: `exports.f`, `(0 , exports.f)`, `(0 , path_1.join)`, `fs_1.default`. */
const compiledName =
  /\(0 ?, [\p{ID_Continue}$]+\.([\p{ID_Continue}$]+)\)|(?<![.\p{ID_Continue}$])exports\.(?=[\p{ID_Start}$_])|\b([\p{ID_Continue}$]+)_\d+\.default\b/gu;

/** Replaces names of compiled code by those of the source in V8's messages about a value of the wrong type. */
function useSourceNames(error: Error, frames: readonly NodeJS.CallSite[]): void {
  const file = frames[0]?.getFileName() ?? "";
  if (!(error instanceof TypeError) || !/^cell\[|\.[cm]?tsx?$/.test(file)) return;
  if (!/ is not (?:a|iterable|async iterable)\b|^Cannot destructure /.test(error.message)) return;
  error.message = error.message.replace(compiledName, (_, name = "", module = "") => name + module);
}

const prepare: NonNullable<typeof Error.prepareStackTrace> = (error, frames) => {
  if (error instanceof Frames) return frames;
  attempt(() => useSourceNames(error, frames), undefined);
  const head = attempt(() => Error.prototype.toString.call(error), "Error");
  return [withoutInstallation(head), ...attempt(() => linesOf(frames.map(String)), [])].join("\n");
};

const nodesPrepare = Error.prepareStackTrace;

/** Makes the kernel format all stacks, unless the program has set `Error.prepareStackTrace`. Called before each cell, as a program may have deleted it. */
export function prepareStacks(): void {
  if (Error.prepareStackTrace === undefined || Error.prepareStackTrace === nodesPrepare)
    Error.prepareStackTrace = prepare;
}

/** Returns the frame lines of a stack's text, which is V8's own format if the program has set `Error.prepareStackTrace`. */
export function frameLinesOf(stack: string): string[] {
  const lines = stack.split("\n");
  if (Error.prepareStackTrace === prepare) return lines.filter((line) => /^ {4}(at|…) /.test(line));
  return linesOf(lines.flatMap((line) => /^\s*at (.*)$/.exec(line)?.[1] ?? []));
}
