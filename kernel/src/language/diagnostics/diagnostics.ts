/** Diagnostics of a cell, at positions of its source. */
import type { Diagnostic } from "../../shared/compilation.ts";
import { compilerLineBreak, offsetOf, type Position, positionOf } from "../../shared/positions.ts";
import type { TrackedText } from "../../shared/tracked-text.ts";
import { cellIn, compilation, firstLine } from "../compiler/compilation.ts";
import type { Finding } from "../compiler/finding.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";
import { ambiguousPowers } from "../rewrite/ambiguous-powers.ts";
import type { RewriteError } from "../rewrite/pass-context.ts";
import { parseable } from "../rewrite/statements.ts";
import { type Advice, adviceOn } from "./advice.ts";
import { mayUseMatmul, withPythonSyntax } from "./python-syntax.ts";

/** Adds to a message about a missing package how to install it. */
function withInstallAdvice(message: string): string {
  const missing = /^Cannot find module '((?:@[\w.~-]+\/)?[a-z0-9][\w.~-]*)[/']/i.exec(message)?.[1];
  return missing === undefined
    ? message
    : `${message} To install it, write "//! npm install ${missing}" at the top of the cell, or run "npm install ${missing}" in a terminal in the notebook's folder.`;
}

/** Returns the offset in the rewritten text of a position that the compiler reports. */
export const offsetIn = (tracked: TrackedText, { line, character }: Position): number =>
  offsetOf(tracked.text, line, character, compilerLineBreak);

/** Returns the 1-based range of a diagnostic. */
export const rangeOf = (start: Position, end: Position): Omit<Diagnostic, "message" | "file"> => ({
  line: start.line + 1,
  column: start.character + 1,
  endLine: end.line + 1,
  endColumn: end.character + 1,
});

/** Returns the advice on an error of the cell; `null` if there is none. */
function adviceFor({ messageText, start, fileName }: Finding, tracked: TrackedText): Advice | null {
  const { program } = compilation;
  const file = program === null ? undefined : cellIn(program);
  if (program === null || file === undefined || fileName !== undefined) return null;
  const typed = (node: SyntaxNode): string =>
    tracked.original.slice(
      tracked.toOriginal(node.getStart(file) - firstLine.length),
      tracked.toOriginalEnd(node.getEnd() - firstLine.length),
    );
  return adviceOn({ program, file, message: messageText, offset: firstLine.length + offsetIn(tracked, start), typed });
}

/** Returns a message with advice, which takes the place of the compiler's guess. */
const withAdvice = (message: string, advice: Advice | null): string =>
  advice === null
    ? withInstallAdvice(message)
    : `${message.replace(/ Did you mean '[^']+'\?$/, "").replace(/\.?$/, ".")} ${advice.text}`;

/** Returns the range of the source that a range of the rewritten text stands for. */
function originalRange(tracked: TrackedText, start: number, end: number): Omit<Diagnostic, "message" | "file"> {
  const { original } = tracked;
  const [from, to] = [tracked.toOriginal(start), tracked.toOriginalEnd(end)];
  return rangeOf(positionOf(original, from), positionOf(original, Math.max(from, to)));
}

/** Converts an error of tslab's converter, whose positions are in the rewritten text. */
export function diagnosticOf(
  finding: Finding,
  tracked: TrackedText,
  advice: Advice | null = adviceFor(finding, tracked),
): Diagnostic {
  const { fileName, start, end } = finding;
  const range =
    fileName === undefined
      ? originalRange(tracked, offsetIn(tracked, start), offsetIn(tracked, end))
      : rangeOf(start, end);
  return { ...range, message: withAdvice(finding.messageText, advice), file: fileName ?? null };
}

/** Converts the errors of a cell, without those that are consequences of a mistake on which there is advice. */
function diagnosticsOf(findings: readonly Finding[], tracked: TrackedText): Diagnostic[] {
  const given = findings.map((finding) => adviceFor(finding, tracked));
  const isConsequence = ({ messageText, start, fileName }: Finding, i: number): boolean => {
    const offset = firstLine.length + offsetIn(tracked, start);
    const explains = (advice: Advice | null, j: number): boolean =>
      // of two pieces of advice that explain each other's message, the first stays
      j !== i && (j < i || given[i] === null) && (advice?.explains(messageText, offset) ?? false);
    return fileName === undefined && given.some(explains);
  };
  return findings.flatMap((finding, i) =>
    isConsequence(finding, i) ? [] : [diagnosticOf(finding, tracked, given[i])],
  );
}

/**
 * Returns the errors of the compiler and of the rewriting. Where the rewriting has found an error and left the code as it is, those of the compiler are
 * consequences.
 */
export function withRewriteErrors(
  findings: readonly Finding[],
  errors: readonly RewriteError[],
  tracked: TrackedText,
): Diagnostic[] {
  const isConsequence = ({ start, fileName }: Finding): boolean => {
    const offset = offsetIn(tracked, start);
    return fileName === undefined && errors.some((e) => e.start <= offset && offset < e.end);
  };
  return [
    ...diagnosticsOf(
      findings.filter((finding) => !isConsequence(finding)),
      tracked,
    ),
    ...errors.map(({ start, end, message }) => ({
      ...originalRange(tracked, start, end),
      message,
      file: null,
    })),
  ];
}

/** Returns the compiler's errors about ambiguous powers, which the rewriting would hide. */
export const powerDiagnostics = (code: string): Diagnostic[] =>
  ambiguousPowers(code).map(({ start, end, message }) => ({
    ...rangeOf(positionOf(code, start), positionOf(code, end)),
    message,
    file: null,
  }));

/**
 * Returns the syntax errors in a cell's source. Those of its program are of no use: it contains the kernel's exports behind the cell, which an open bracket
 * would include, and its other errors are consequences of the syntax errors.
 */
export function syntaxDiagnostics(code: string): Diagnostic[] {
  const tracked = parseable(code);
  // parsed as a module, in which `await` is an operator
  const file = ts.createSourceFile("cell.ts", firstLine + tracked.text, ts.ScriptTarget.Latest);
  const at = (offset: number): Position => positionOf(code, tracked.toOriginal(offset - firstLine.length));
  const errors = (file.parseDiagnostics ?? []).map(({ start, length, messageText }) => ({
    start: start - firstLine.length,
    end: start + length - firstLine.length,
    message: String(messageText),
  }));
  return withPythonSyntax(tracked.text, errors).map(({ start, end, message }) => ({
    ...rangeOf(at(start + firstLine.length), at(end + firstLine.length)),
    message,
    file: null,
  }));
}

/** Returns the error for the operator `@`: with the kernel's export behind the cell, it may look like a decorator. */
export const matmulDiagnostics = (code: string): Diagnostic[] => (mayUseMatmul(code) ? syntaxDiagnostics(code) : []);

/** Returns diagnostics in source order, without duplicates. */
export const inOrder = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  [...new Map(diagnostics.map((d) => [`${d.file}:${d.line}:${d.column} ${d.message}`, d])).values()].sort(
    (a, b) => a.line - b.line || a.column - b.column,
  );
