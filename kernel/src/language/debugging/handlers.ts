/** The handlers of exceptions in a function: whether code at a position is in a `try` with a `catch`, or in a promise that has a handler. */
import { offsetOf } from "../../shared/positions.ts";
import { isFunction, kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { compiler, ts } from "../compiler/typescript.ts";

/** Whether a node is `promise.catch(…)`, or `promise.then(…, …)` with a handler of rejections. */
function handlesRejection({ expression: callee, arguments: given = [] }: SyntaxNode): boolean {
  if (callee?.kind !== kind("PropertyAccessExpression")) return false;
  return callee.name?.text === "catch" || (callee.name?.text === "then" && given.length > 1);
}

/** Whether a child of a node is covered by a handler of the node. */
function isHandledBy(node: SyntaxNode, child: SyntaxNode): boolean {
  if (node.kind === kind("TryStatement")) return node.tryBlock === child && node.catchClause !== undefined;
  return node.kind === kind("CallExpression") && node.expression === child && handlesRejection(node);
}

/** Whether an exception that is thrown at a 1-based position of a text is caught by the function around it. */
export function isHandled(code: string, path: string, line: number, column: number): boolean {
  const file = compiler.createSourceFile(path, code, compiler.ScriptTarget.Latest, true);
  const at = offsetOf(code, line - 1, column - 1);
  // the nodes around the position, the function that it is in first
  let around: SyntaxNode[] = [];
  const visit = (node: SyntaxNode): void => {
    if (at < node.getStart(file) || at >= node.getEnd()) return;
    if (isFunction(node)) around = [];
    around.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return around.some((node, i) => {
    const child = around[i + 1];
    return child !== undefined && isHandledBy(node, child);
  });
}
