/** Last expressions that are there for what they do: their value is not worth a result. */
import type { SyntaxNode, TypeScript } from "../compiler/api.ts";

/** Functions that are called for what they write; their values count bytes or say `true`. */
const writer = /(^|\.)(std(out|err)!?(\?\.|\.)(write|end|cursorTo|moveCursor|clearLine|clearScreenDown)|writeSync)$/;

/** Whether a cell ends in an assignment, or in a call that writes to a stream. */
export function endsInEffect(ts: TypeScript, file: SyntaxNode, code: string): boolean {
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
