/** Tells whether code is a complete cell, for consoles in which Enter runs a complete cell and otherwise begins a new line. */

import { firstLine } from "../compiler/compilation.ts";
import { isCompleteCode } from "../compiler/converter.ts";
import { ts } from "../compiler/typescript.ts";
import { parseable } from "../rewrite/statements.ts";

/** Codes of the errors of a template and of a comment that is not closed; blank lines do not end them. */
const unterminated: ReadonlySet<number> = new Set([1160, 1010]);

/** Code of the error of a regular expression that is not closed. */
const unterminatedRegExp = 1161;

/** Code of the error of a string that ends in a backslash. */
const unexpectedEnd = 1126;

/** Returns the content of `is_complete_reply`. */
export function completeness(code: string): object {
  // parsed as a module, in which `await` is an operator
  const text = `${firstLine}${parseable(code).text}`;
  const { parseDiagnostics: errors = [] } = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest);
  if (errors.length === 0) return { status: "complete" };
  const last = text.lastIndexOf("\n");
  const isOpen = errors.some(
    ({ code: error, start }) =>
      unterminated.has(error) || error === unexpectedEnd || (error === unterminatedRegExp && start > last),
  );
  if (isOpen) return { status: "incomplete", indent: "" };
  const { completed, indent } = isCompleteCode(code);
  return completed ? { status: "invalid" } : { status: "incomplete", indent: indent ?? "" };
}
