/** Syntax of Python that TypeScript cannot parse: the operator `@`, slices in brackets, and statements. */

import { ts } from "../compiler/typescript.ts";
import { parseIndex } from "../rewrite/index-text.ts";
import { pythonForm } from "./python-statements.ts";

/** A syntax error, with offsets in the text. */
interface SyntaxError {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** Matches `@` behind an operand. */
const matmul = /(?<=[\w$)\]]\s*)@(?=\s*[\w$([])/g;

/** Whether a text may use `@` as an operator; a quick test without parsing. */
export const mayUseMatmul = (text: string): boolean => text.search(matmul) >= 0;

/** Returns the error for `a @ b`, if an error lies on its line. */
function matmulError(text: string, errors: readonly SyntaxError[]): SyntaxError | null {
  for (const { index } of text.matchAll(matmul)) {
    const [from, to] = lineAround(text, index);
    const isDecorator = /^\s*(@|(export|default|abstract|static|public|private|protected|declare)?\s*$)/.test(
      text.slice(from, index),
    );
    const hasError = errors.some(({ start, end }) => from <= end && start <= to);
    if (hasError && !isDecorator && !isInLiteral(text, index))
      return {
        start: index,
        end: index + 1,
        message: "TypeScript has no operator @; write a.matmul(b), or matmul(a, b)",
      };
  }
  return null;
}

/** Matches an index in brackets with a colon or an ellipsis. */
const slices = /(?<=[\w$)\]])\[([^[\]"'`{}?]*(?::|\.\.\.)[^[\]"'`{}?]*)\]/g;

/** Returns the error for `x[1:3]`, if an error lies inside of the brackets or right behind them. */
function sliceError(text: string, errors: readonly SyntaxError[]): SyntaxError | null {
  for (const { index: start, 0: whole, 1: inside = "" } of text.matchAll(slices)) {
    const end = start + whole.length;
    if (!errors.some((e) => start <= e.start && e.start <= end) || isInLiteral(text, start)) continue;
    const template = inside.replaceAll(expressions, (part) => (isPlain(part) ? part : `\${${part}}`));
    if ("message" in parseIndex(inside.replaceAll(expressions, (part) => (isPlain(part) ? part : "1")))) continue;
    const quoted = template === inside ? `"${inside}"` : `\`${template}\``;
    return { start, end, message: `A slice is written as text: [${quoted}]` };
  }
  return null;
}

/** Matches the parts of a slice between colons and commas, without surrounding space. */
const expressions = /[^\s:,](?:[^:,]*[^\s:,])?/g;

/** Whether a part may stand in the text of a slice; expressions are inserted into a template. */
const isPlain = (part: string): boolean => /^([-+]?\d+|null|\.\.\.)$/.test(part);

function lineAround(text: string, offset: number): readonly [start: number, end: number] {
  const end = text.indexOf("\n", offset);
  return [text.lastIndexOf("\n", offset - 1) + 1, end < 0 ? text.length : end];
}

/** Whether an offset lies in a string, a template, a comment or a regular expression. */
function isInLiteral(text: string, offset: number): boolean {
  const file = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest);
  const node = ts.getTouchingPropertyName(file, offset);
  return /StringLiteral|RegularExpression|Template|JsxText/.test(ts.SyntaxKind[node.kind] ?? "");
}

/** Returns the error for a statement of Python on the line of the first error. */
function statementError(text: string, [first]: readonly SyntaxError[]): SyntaxError | null {
  if (first === undefined) return null;
  const [from, to] = lineAround(text, first.start);
  const form = pythonForm(text.slice(from, to));
  if (form === null || isInLiteral(text, from + form.start)) return null;
  return { start: from + form.start, end: from + form.end, message: form.message };
}

/** Returns the syntax errors, or one about Python's syntax if that has caused them. */
export function withPythonSyntax(text: string, errors: readonly SyntaxError[]): readonly SyntaxError[] {
  if (errors.length === 0) return errors;
  const error = matmulError(text, errors) ?? sliceError(text, errors) ?? statementError(text, errors);
  return error === null ? errors : [error];
}
