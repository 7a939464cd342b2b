/**
 * Makes `return x` a place at which V8 pauses before the return. It pauses at such a statement only when the function is left, and then shows no variables of
 * blocks; the body of an async function is a block. Compiled this way while a debugger is attached.
 */
import type { Edit, TrackedText } from "../../shared/tracked-text.ts";
import { kind, kinds } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";

/** Values that V8 returns without a place to pause at. */
const plain = kinds(
  "Identifier",
  "ThisKeyword",
  "NumericLiteral",
  "StringLiteral",
  "TrueKeyword",
  "FalseKeyword",
  "NullKeyword",
);

/** Passes the values of plain `return` statements through a function of the kernel. */
export function stopAtReturns(tracked: TrackedText): TrackedText {
  const { text } = tracked;
  const file = ts.createSourceFile("cell.js", text, ts.ScriptTarget.Latest, true);
  const edits: Edit[] = [];
  const visit = (node: SyntaxNode): void => {
    const { expression: value } = node;
    if (node.kind === kind("ReturnStatement") && value !== undefined && plain.has(value.kind)) {
      const start = value.getStart(file);
      edits.push(
        { start, end: start, text: "$tapelab.returned(" },
        { start: value.getEnd(), end: value.getEnd(), text: ")" },
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  tracked.apply(edits);
  return tracked;
}
