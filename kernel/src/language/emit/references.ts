/**
 * Resolves the identifiers of a module. A cell reads and writes the variables of earlier cells as properties of one object, `exports`. An identifier
 * refers to such a variable if it is a reference, has its name, and no scope of the cell declares the name.
 */

import type { Edit } from "../../shared/tracked-text.ts";
import type { BoundSymbol } from "../compiler/program-api.ts";
import { kind, kinds } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";

/** Parameters of the function to which a cell is compiled. Names in inner scopes of the cell must not hide them. */
export const reserved: ReadonlySet<string> = new Set(["exports", "require"]);

const inParameter = (node: SyntaxNode, owner: SyntaxNode): boolean => {
  for (let at = node; at !== owner && at.parent; at = at.parent) if (at.kind === kind("Parameter")) return true;
  return false;
};

/**
 * Whether a scope declares a name for code in its child `from`. The binder puts parameters and variables of a function into one table, but the initializer
 * of a parameter does not see variables of the body.
 */
function declares(scope: SyntaxNode, name: string, from: SyntaxNode): boolean {
  const symbol = scope.locals?.get(name) as BoundSymbol | undefined;
  if (symbol !== undefined && symbol.flags & (ts.SymbolFlags.Value | ts.SymbolFlags.Alias)) {
    if (from.kind !== kind("Parameter")) return true;
    return symbol.declarations?.some((d) => inParameter(d, scope)) === true;
  }
  const isNamedExpression = scope.kind === kind("FunctionExpression") || scope.kind === kind("ClassExpression");
  return isNamedExpression && scope.name?.escapedText === name;
}

/** Returns the node whose scope declares an identifier: the source file for a top-level name, `null` if the file does not declare it. */
function scopeOf(identifier: SyntaxNode): SyntaxNode | null {
  const name = identifier.escapedText ?? "";
  const { parent } = identifier;
  // a function or class declaration binds its name in the enclosing scope
  const isOuter = parent?.kind === kind("FunctionDeclaration") || parent?.kind === kind("ClassDeclaration");
  let from = isOuter && parent?.name === identifier ? parent : identifier;
  for (let at = from.parent; at; at = at.parent) {
    if (declares(at, name, from)) return at;
    from = at;
  }
  return null;
}

const bindings = kinds(
  "VariableDeclaration",
  "Parameter",
  "BindingElement",
  "FunctionDeclaration",
  "FunctionExpression",
  "ClassDeclaration",
  "ClassExpression",
);

/** Whether an identifier names a property, a label or an import, rather than a variable. */
const isPropertyName = (node: SyntaxNode, parent: SyntaxNode): boolean =>
  parent.propertyName === node || parent.label === node || (parent.name === node && !bindings.has(parent.kind));

const isObjectPattern = (node: SyntaxNode | undefined): boolean => node?.kind === kind("ObjectBindingPattern");

/** Returns the property name for a shorthand `{ name }`: `__proto__: x` would set the prototype. */
const propertyOf = (name: string): string => (name === "__proto__" ? '["__proto__"]' : name);

const calls = kinds("CallExpression", "TaggedTemplateExpression");

/** Text before a function that is called; `exports.f()` would pass the object of variables as `this`. */
const beforeCallee = { bare: "(0, ", parenthesized: "0, " } as const;

/** Returns how a variable is called or tags a template: as `f()`, as `(f)()`, or not at all. */
function callForm(node: SyntaxNode): keyof typeof beforeCallee | null {
  let callee = node;
  while (callee.parent?.kind === kind("ParenthesizedExpression")) callee = callee.parent;
  const call = callee.parent;
  if (!call || !calls.has(call.kind) || (call.expression !== callee && call.tag !== callee)) return null;
  return callee === node ? "bare" : "parenthesized";
}

/**
 * Returns the edits by which references to variables of earlier cells become properties of an object: `exports`, or what `objectOf` names. The file must be
 * bound.
 */
export function referenceEdits(
  file: SyntaxNode,
  earlier: ReadonlySet<string>,
  objectOf: (name: string) => string = () => "exports",
): Edit[] {
  const edits: Edit[] = [];
  const insert = (at: number, text: string): number => edits.push({ start: at, end: at, text });
  const visitIdentifier = (node: SyntaxNode, parent: SyntaxNode): void => {
    const { text } = node;
    if (!earlier.has(text) && !reserved.has(text) && parent.kind !== kind("ParenthesizedExpression")) return;
    const isShorthand = parent.kind === kind("ShorthandPropertyAssignment") && parent.name === node;
    if (!isShorthand && isPropertyName(node, parent)) return;
    const scope = scopeOf(node);
    const start = node.getStart(file);
    const isBinding = !isShorthand && parent.name === node;
    if (scope === null && !isBinding && earlier.has(text)) {
      const called = callForm(node);
      insert(
        start,
        `${isShorthand ? `${propertyOf(text)}: ` : ""}${called === null ? "" : beforeCallee[called]}${objectOf(text)}.`,
      );
      if (called === "bare") insert(node.getEnd(), ")");
    } else if (scope === file && !isBinding && callForm(node) === "parenthesized") {
      insert(start, beforeCallee.parenthesized);
    } else if (scope !== null && scope !== file && reserved.has(text)) {
      const isShort = isShorthand || (isBinding && !parent.propertyName && isObjectPattern(parent.parent));
      edits.push({ start, end: node.getEnd(), text: `${isShort ? `${text}: ` : ""}${text}$cell` });
    }
  };
  const visit = (node: SyntaxNode): void => {
    if (node.kind === kind("Identifier")) visitIdentifier(node, node.parent as SyntaxNode);
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}
