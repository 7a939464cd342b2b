/** Whether code that is being typed is a whole cell, for front ends that run a cell with Enter. */
import { isCompleteCode } from "../compiler/converter.ts";
import { firstLine, ts } from "../compiler/typescript.ts";
import { parseable } from "../rewrite/statements.ts";

/** Codes of what is open to the end of the text: a template or a comment, in which blank lines are text. */
const open: ReadonlySet<number> = new Set([1160, 1010]);
const openExpression = 1161;
/** Of a string that ends in a backslash. */
const endOfText = 1126;

/** Returns the content of an is_complete_reply. */
export function completeness(code: string): object {
  // as a module, in which `await` is an operator
  const text = `${firstLine}${parseable(code).text}`;
  const { parseDiagnostics: errors = [] } = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest);
  if (errors.length === 0) return { status: "complete" };
  const last = text.lastIndexOf("\n");
  const isOpen = errors.some(
    ({ code: error, start }) => open.has(error) || error === endOfText || (error === openExpression && start > last),
  );
  if (isOpen) return { status: "incomplete", indent: "" };
  const { completed, indent } = isCompleteCode(code);
  return completed ? { status: "invalid" } : { status: "incomplete", indent: indent ?? "" };
}
