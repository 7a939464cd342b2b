/** Texts of indices, such as `"1:3"` in `x["1:3"]`, where names of members are no completions. */
import { cellIn } from "../compiler/compilation.ts";
import type { Program } from "../compiler/program-api.ts";
import { kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";
import { isNamed } from "../rewrite/operators.ts";

/** Returns the innermost node at an offset of the file. */
function nodeAt(node: SyntaxNode, offset: number): SyntaxNode {
  let found: SyntaxNode | undefined;
  ts.forEachChild(node, (child) => {
    if (child.pos < offset && offset <= child.getEnd()) found = child;
  });
  return found === undefined ? node : nodeAt(found, offset);
}

/** Whether an offset of the cell's file is inside of a text in the brackets of a tensor, perhaps of one that is being written, unless that is the beginning of a member's name. */
export function isInIndexText(program: Program | null, offset: number): boolean {
  const file = program === null ? undefined : cellIn(program);
  if (program === null || file === undefined) return false;
  const text = nodeAt(file, offset);
  if (text.kind !== kind("StringLiteral") || /^[A-Za-z_$]\w*$/.test(text.text)) return false;
  let key = text;
  while (key.parent?.kind === kind("BinaryExpression")) key = key.parent;
  const access = key.parent;
  if (access?.kind !== kind("ElementAccessExpression") || access.argumentExpression !== key) return false;
  const checker = program.getTypeChecker();
  return isNamed(checker, checker.getTypeAtLocation(access.expression as SyntaxNode), "Tensor");
}
