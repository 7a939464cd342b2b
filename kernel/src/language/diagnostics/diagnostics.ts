/** Diagnostics of a cell, at places of the text as it was typed. */
import type { Diagnostic } from "../../shared/compilation.ts";
import type { Position } from "../../shared/positions.ts";
import { compilerLineBreak, offsetOf, positionOf } from "../../shared/positions.ts";
import { type TrackedText } from "../../shared/tracked-text.ts";
import type { Finding } from "../compiler/finding.ts";
import { cellFile, firstLine, latest, ts } from "../compiler/typescript.ts";
import { refusedPowers } from "../rewrite/ambiguous-powers.ts";
import { parseable } from "../rewrite/statements.ts";
import { adviceOn } from "./advice.ts";

/** Says how to get a package that is not there. */
function withAdvice(message: string): string {
  const missing = /^Cannot find module '((?:@[\w.~-]+\/)?[a-z0-9][\w.~-]*)[/']/i.exec(message)?.[1];
  return missing === undefined
    ? message
    : `${message} To install it, write "//! npm install ${missing}" at the top of the cell, or run "npm install ${missing}" in a terminal in the notebook's folder.`;
}

/** Where a place of the compiler is in the rewritten text. */
export const offsetIn = (tracked: TrackedText, { line, character }: Position): number =>
  offsetOf(tracked.text, line, character, compilerLineBreak);

/** A place in the rewritten text as a place in what was typed. */
const originalPosition = (tracked: TrackedText, place: Position): Position =>
  positionOf(tracked.original, tracked.toOriginal(offsetIn(tracked, place)));

export const span = (start: Position, end: Position): Omit<Diagnostic, "message" | "file"> => ({
  line: start.line + 1,
  column: start.character + 1,
  endLine: end.line + 1,
  endColumn: end.character + 1,
});

/** Returns the message for a place of the cell, with advice. */
function advised({ messageText, start, fileName }: Finding, tracked: TrackedText): string {
  const message = withAdvice(messageText);
  const { program } = latest;
  const file = program?.getSourceFiles().find((f) => f.fileName?.endsWith(cellFile));
  if (program === null || file === undefined || fileName !== undefined) return message;
  return message + adviceOn(program, file, message, firstLine.length + offsetIn(tracked, start));
}

export function diagnosticOf(d: Finding, tracked: TrackedText): Diagnostic {
  const place = (p: Position): Position => (d.fileName === undefined ? originalPosition(tracked, p) : p);
  return { ...span(place(d.start), place(d.end)), message: advised(d, tracked), file: d.fileName ?? null };
}

/** Returns the compiler's errors on ambiguous powers, which rewriting would hide. */
export const powerDiagnostics = (code: string): Diagnostic[] =>
  refusedPowers(code).map(({ start, end, message }) => ({
    ...span(positionOf(code, start), positionOf(code, end)),
    message,
    file: null,
  }));

/**
 * Errors of syntax in a cell's own text. The compiler reads the cell with the kernel's exports behind it, which an open bracket takes for its content; and
 * what else it says of a text that it could not parse is a consequence.
 */
export function syntaxDiagnostics(code: string): Diagnostic[] {
  const tracked = parseable(code);
  // as a module, in which `await` is an operator
  const { parseDiagnostics = [] } = ts.createSourceFile("cell.ts", firstLine + tracked.text, ts.ScriptTarget.Latest);
  const at = (offset: number): Position => positionOf(code, tracked.toOriginal(offset - firstLine.length));
  return parseDiagnostics.map(({ start, length, messageText }) => ({
    ...span(at(start), at(start + length)),
    message: String(messageText),
    file: null,
  }));
}

/** Returns each of them once, in the order of the text. */
export const inOrder = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  [...new Map(diagnostics.map((d) => [`${d.file}:${d.line}:${d.column} ${d.message}`, d])).values()].sort(
    (a, b) => a.line - b.line || a.column - b.column,
  );
