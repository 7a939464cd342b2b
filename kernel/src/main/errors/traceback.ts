/** Tracebacks: message, further properties, the source line with carets, and the frames of the user's own code. */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { offsetOf } from "../../shared/positions.ts";
import { codeOf } from "../locations/cell-sources.ts";
import { withoutInstallation } from "../locations/installation.ts";
import { frameLinesOf } from "../locations/stacks.ts";
import { attempt } from "../values/attempt.ts";
import { causesOf, errorsOf, readError, shown } from "../values/thrown.ts";
import { excerpt, headLines } from "./excerpt.ts";

/** The content of Jupyter's `error` message. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

const inCell = /\((?<name>cell\[\d+\]):(?<line>\d+):(?<column>\d+)\)$/;
const inFile = /\((?<path>(?:\.?\/|[A-Za-z]:)[^()]*):(?<line>\d+):(?<column>\d+)\)$/;

/** Size up to which a file is read to show a line of it. */
const maxFileSize = 1_000_000;

/** Returns the source line, with carets, of the first frame that is in a cell or in a file of the user. */
export function excerptOf(frames: readonly string[]): string[] {
  for (const text of frames) {
    const cell = inCell.exec(text)?.groups;
    const location = cell ?? inFile.exec(text)?.groups;
    if (location === undefined) continue;
    const code = cell ? codeOf(cell["name"] ?? "") : fileText(resolve(location["path"] ?? ""));
    return code === null ? [] : excerpt(code, Number(location["line"]), Number(location["column"]));
  }
  return [];
}

const fileText = (path: string): string | null =>
  attempt(() => (statSync(path).size > maxFileSize ? null : readFileSync(path, "utf8")), null);

/** Returns the source offset, in a cell, of the outermost call on an error's stack; `null` if the stack has no frame of the cell. */
export function offsetIn(thrown: unknown, cell: string): number | null {
  const outermost = frameLinesOf(readError(thrown)?.stack ?? "")
    .map((line) => inCell.exec(line)?.groups)
    .findLast((location) => location?.["name"] === cell);
  const code = outermost ? codeOf(cell) : null;
  return code === null ? null : offsetOf(code, Number(outermost?.["line"]) - 1, Number(outermost?.["column"]) - 1);
}

/** Returns the `error` content for a value that a cell threw, with its causes. */
export function describeThrown(thrown: unknown): ErrorContent {
  const { causes, note } = causesOf(thrown);
  const first = describeOne(thrown);
  const rest = causes.flatMap((cause) => [...withPrefix("Caused by: ", cause), ...aggregated(cause)]);
  return {
    ...first,
    traceback: [...first.traceback, ...aggregated(thrown), ...rest, ...(note === null ? [] : [note])],
  };
}

/** Returns the traceback of an error, with a prefix in its first line. */
function withPrefix(prefix: string, error: unknown): string[] {
  const [head = "", ...lines] = describeOne(error).traceback;
  return [`${prefix}${head}`, ...lines];
}

/** Number of errors of an AggregateError that are shown. */
const maxErrors = 5;

/** Depth to which nested AggregateErrors are shown. */
const maxNesting = 3;

/** Returns the tracebacks of the errors of an AggregateError. `prefix`: numbers of the AggregateErrors that contain it. */
function aggregated(thrown: unknown, prefix = "", depth = 0): string[] {
  const errors = depth < maxNesting ? errorsOf(thrown) : [];
  const lines = errors.slice(0, maxErrors).flatMap((error, i) => {
    const number = `${prefix}${i + 1} of ${errors.length}`;
    return [...withPrefix(`${number}: `, error), ...aggregated(error, `${number}, `, depth + 1)];
  });
  return errors.length > maxErrors ? [...lines, `… ${errors.length - maxErrors} more errors`] : lines;
}

/** Describes an error without its causes. */
function describeOne(thrown: unknown): ErrorContent {
  const error = readError(thrown);
  if (error === null) {
    const text = shown(thrown);
    return { ename: "Thrown", evalue: text, traceback: headLines("Thrown", text) };
  }
  const { name, stack, extra } = error;
  const message = withoutInstallation(error.message);
  const frames = frameLinesOf(stack);
  return {
    ename: name,
    evalue: message,
    traceback: [...headLines(name, message), ...extra, ...excerptOf(frames), ...frames],
  };
}

/** Returns the traceback of a thrown value as text without colours. */
export const tracebackText = (thrown: unknown): string =>
  stripVTControlCharacters(describeThrown(thrown).traceback.join("\n"));
