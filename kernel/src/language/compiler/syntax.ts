/** Queries on syntax trees. */
import type { SyntaxNode } from "./syntax-node.ts";
import { ts } from "./typescript.ts";

/** Returns the number of a kind of syntax node. */
export const kind = (name: string): number => ts.SyntaxKind[name] as number;

/** Returns the numbers of several kinds of syntax nodes. */
export const kinds = (...names: readonly string[]): ReadonlySet<number> => new Set(names.map(kind));

/** Whether a node is a function, method, accessor or constructor. */
export const isFunction = (node: SyntaxNode): boolean =>
  /Function|Arrow|Method|Accessor|Constructor/.test(ts.SyntaxKind[node.kind] ?? "");

/** Whether a node or a descendant passes the test; functions inside of it are not entered. */
export function hasOutsideFunctions(node: SyntaxNode, test: (node: SyntaxNode) => boolean): boolean {
  if (test(node)) return true;
  if (isFunction(node)) return false;
  let found = false;
  ts.forEachChild(node, (child) => void (found ||= hasOutsideFunctions(child, test)));
  return found;
}

/** Whether a node awaits by itself: `await`, `for await`, or `await using`. */
export function isAwait(node: SyntaxNode): boolean {
  if (node.kind === kind("AwaitExpression") || node.awaitModifier !== undefined) return true;
  const { AwaitUsing } = ts.NodeFlags;
  return node.kind === kind("VariableDeclarationList") && (node.flags & AwaitUsing) === AwaitUsing;
}

/** Returns the names that a declaration binds, those of destructuring patterns included. */
export function boundNames(name: SyntaxNode): string[] {
  if (name.kind === kind("Identifier")) return [name.text];
  return (name.elements ?? []).flatMap((element) => (element.name === undefined ? [] : boundNames(element.name)));
}

/** Returns the names of a variable statement's declarations. */
export const variableNames = (statement: SyntaxNode): string[] =>
  (statement.declarationList?.declarations ?? []).flatMap((d) => (d.name ? boundNames(d.name) : []));
