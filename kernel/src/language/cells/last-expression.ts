/** The last expression of a cell, whose value is shown unless it is evaluated for its side effect. */

import type { TypeScript } from "../compiler/api.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";

/** Matches methods that write to a stream; they return a number of bytes or true. */
const writer = /(^|\.)(std(out|err)!?(\?\.|\.)(write|end|cursorTo|moveCursor|clearLine|clearScreenDown)|writeSync)$/;

/** Whether the last expression of a cell is an assignment, or a call that writes to a stream. */
export function endsInSideEffect(ts: TypeScript, file: SyntaxNode, code: string): boolean {
  const last = file.statements?.at(-1)?.expression;
  if (last === undefined) return false;
  if (last.kind === ts.SyntaxKind["CallExpression"] && last.expression !== undefined)
    return writer.test(code.slice(last.getStart(file), last.expression.getEnd()));
  if (last.kind !== ts.SyntaxKind["BinaryExpression"]) return false;
  const operator = last.operatorToken?.kind ?? -1;
  return (
    operator >= (ts.SyntaxKind["FirstAssignment"] as number) && operator <= (ts.SyntaxKind["LastAssignment"] as number)
  );
}
