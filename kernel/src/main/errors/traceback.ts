/** Errors as a person wants to read them: message, further properties, the line with a mark under it, and the frames of their own code. */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { offsetOf } from "../../shared/positions.ts";
import { codeOf } from "../locations/cells.ts";
import { withoutInstallation } from "../locations/installation.ts";
import { readable } from "../locations/stacks.ts";
import { attempt, causesOf, errorsOf, readError, shown } from "../values/thrown.ts";
import { excerpt, headLines } from "./excerpt.ts";

/** The content of Jupyter's `error` message. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

const inCell = /\((?<name>cell\[\d+\]):(?<line>\d+):(?<column>\d+)\)$/;
const inFile = /\((?<path>(?:\.?\/|[A-Za-z]:)[^()]*):(?<line>\d+):(?<column>\d+)\)$/;

/** A file that is too large is not read for a line of it. */
const maxFile = 1_000_000;

/** The line of the person's code that the error comes from. */
export function marked(frames: readonly string[]): string[] {
  for (const text of frames) {
    const cell = inCell.exec(text)?.groups;
    const place = cell ?? inFile.exec(text)?.groups;
    if (place === undefined) continue;
    const code = cell ? codeOf(cell["name"] ?? "") : fileText(resolve(place["path"] ?? ""));
    return code === null ? [] : excerpt(code, Number(place["line"]), Number(place["column"]));
  }
  return [];
}

const fileText = (path: string): string | null =>
  attempt(() => (statSync(path).size > maxFile ? null : readFileSync(path, "utf8")), null);

/** Returns the offset in a cell's text of the outermost call that an error passed through in that cell, if its stack tells. */
export function offsetIn(thrown: unknown, cell: string): number | null {
  const outermost = readable(readError(thrown)?.stack ?? "")
    .map((line) => inCell.exec(line)?.groups)
    .findLast((place) => place?.["name"] === cell);
  const code = outermost ? codeOf(cell) : null;
  return code === null ? null : offsetOf(code, Number(outermost?.["line"]) - 1, Number(outermost?.["column"]) - 1);
}

/** Describes a value that a cell threw. */
export function describeThrown(thrown: unknown): ErrorContent {
  const { causes, note } = causesOf(thrown);
  const first = describeOne(thrown);
  const rest = causes.flatMap((cause) => [...after("Caused by: ", cause), ...gathered(cause)]);
  return {
    ...first,
    traceback: [...first.traceback, ...gathered(thrown), ...rest, ...(note === null ? [] : [note])],
  };
}

/** An error that belongs to another. */
function after(words: string, error: unknown): string[] {
  const [head = "", ...lines] = describeOne(error).traceback;
  return [`${words}${head}`, ...lines];
}

/** Errors of an AggregateError that are shown. */
const maxErrors = 5;

/** How deep AggregateErrors in AggregateErrors are shown. */
const maxNesting = 3;

/** Describes the errors of an AggregateError. `within`: which of an outer one's errors it is. */
function gathered(thrown: unknown, within = "", depth = 0): string[] {
  const errors = depth < maxNesting ? errorsOf(thrown) : [];
  const shownErrors = errors.slice(0, maxErrors).flatMap((error, i) => {
    const number = `${within}${i + 1} of ${errors.length}`;
    return [...after(`${number}: `, error), ...gathered(error, `${number}, `, depth + 1)];
  });
  return errors.length > maxErrors ? [...shownErrors, `… ${errors.length - maxErrors} more errors`] : shownErrors;
}

/** Without its causes. */
function describeOne(thrown: unknown): ErrorContent {
  const error = readError(thrown);
  if (error === null) {
    const text = shown(thrown);
    return { ename: "Thrown", evalue: text, traceback: headLines("Thrown", text) };
  }
  const { name, stack, extra } = error;
  const message = withoutInstallation(error.message);
  const frames = readable(stack);
  return {
    ename: name,
    evalue: message,
    traceback: [...headLines(name, message), ...extra, ...marked(frames), ...frames],
  };
}

/** Returns the traceback of a thrown value as text without colours. */
export const thrownText = (thrown: unknown): string =>
  stripVTControlCharacters(describeThrown(thrown).traceback.join("\n"));
