/**
 * Which variable an identifier of a module means. A cell reads and writes the variables of earlier cells as properties of one object, `exports`; an
 * identifier is one of them if it is a reference, has the name of such a variable, and no scope of the cell declares the name.
 */

import type { Edit } from "../../shared/tracked-text.ts";
import type { BoundSymbol, SyntaxNode } from "../compiler/api.ts";
import { ts } from "../compiler/typescript.ts";

const kind = (name: string): number => ts.SyntaxKind[name] as number;

/** Parameters of the function that the compiled cell becomes: a name of the cell's own inner scopes must not hide them. */
export const reserved: ReadonlySet<string> = new Set(["exports", "require"]);

const inParameter = (node: SyntaxNode, owner: SyntaxNode): boolean => {
  for (let at = node; at !== owner && at.parent; at = at.parent) if (at.kind === kind("Parameter")) return true;
  return false;
};

/**
 * Whether a scope declares the name for code that is in its child `from`. The binder has the parameters and the variables of a function in one table, but
 * an initializer of a parameter does not see the variables of the body.
 */
function declares(scope: SyntaxNode, name: string, from: SyntaxNode): boolean {
  const symbol = scope.locals?.get(name) as BoundSymbol | undefined;
  if (symbol !== undefined && symbol.flags & (ts.SymbolFlags.Value | ts.SymbolFlags.Alias)) {
    if (from.kind !== kind("Parameter")) return true;
    return symbol.declarations?.some((d) => inParameter(d, scope)) === true;
  }
  const names = scope.kind === kind("FunctionExpression") || scope.kind === kind("ClassExpression");
  return names && scope.name?.escapedText === name;
}

/** Returns the node whose scope declares what the identifier means: the source file for a name of its top level, `null` where nothing in the file declares it. */
function scopeOf(identifier: SyntaxNode): SyntaxNode | null {
  const name = identifier.escapedText ?? "";
  const { parent } = identifier;
  // the name of a declaration is declared around it
  const isOuter = parent?.kind === kind("FunctionDeclaration") || parent?.kind === kind("ClassDeclaration");
  let from = isOuter && parent?.name === identifier ? parent : identifier;
  for (let at = from.parent; at; at = at.parent) {
    if (declares(at, name, from)) return at;
    from = at;
  }
  return null;
}

const bindings: ReadonlySet<number> = new Set(
  [
    "VariableDeclaration",
    "Parameter",
    "BindingElement",
    "FunctionDeclaration",
    "FunctionExpression",
    "ClassDeclaration",
    "ClassExpression",
  ].map(kind),
);

/** Whether an identifier names a property, a label or an import, rather than a variable. */
const isMereName = (node: SyntaxNode, parent: SyntaxNode): boolean =>
  parent.propertyName === node || parent.label === node || (parent.name === node && !bindings.has(parent.kind));

const isObjectPattern = (node: SyntaxNode | undefined): boolean => node?.kind === kind("ObjectBindingPattern");

/** The property that a shorthand means: `__proto__: x` would set the prototype. */
const propertyOf = (name: string): string => (name === "__proto__" ? '["__proto__"]' : name);

const callees: ReadonlySet<number> = new Set([kind("CallExpression"), kind("TaggedTemplateExpression")]);

/** Prefixes of a called function: as `exports.f()` it would have the variables as its `this`. */
const beforeCallee = { bare: "(0, ", parenthesized: "0, " } as const;

/** Returns whether a variable is called or tags a template, as `f()` or as `(f)()`. */
function isCalled(node: SyntaxNode): keyof typeof beforeCallee | null {
  let callee = node;
  while (callee.parent?.kind === kind("ParenthesizedExpression")) callee = callee.parent;
  const call = callee.parent;
  if (!call || !callees.has(call.kind) || (call.expression !== callee && call.tag !== callee)) return null;
  return callee === node ? "bare" : "parenthesized";
}

/** Returns the edits of a bound JavaScript module that lead its references to variables of earlier cells, `earlier`, to `exports`. */
export function referenceEdits(file: SyntaxNode, earlier: ReadonlySet<string>): Edit[] {
  const edits: Edit[] = [];
  const insert = (at: number, text: string): number => edits.push({ start: at, end: at, text });
  const see = (node: SyntaxNode, parent: SyntaxNode): void => {
    const { text } = node;
    if (!earlier.has(text) && !reserved.has(text) && parent.kind !== kind("ParenthesizedExpression")) return;
    const isShorthand = parent.kind === kind("ShorthandPropertyAssignment") && parent.name === node;
    if (!isShorthand && isMereName(node, parent)) return;
    const scope = scopeOf(node);
    const start = node.getStart(file);
    const isBinding = !isShorthand && parent.name === node;
    if (scope === null && !isBinding && earlier.has(text)) {
      const called = isCalled(node);
      insert(
        start,
        `${isShorthand ? `${propertyOf(text)}: ` : ""}${called === null ? "" : beforeCallee[called]}exports.`,
      );
      if (called === "bare") insert(node.getEnd(), ")");
    } else if (scope === file && !isBinding && isCalled(node) === "parenthesized") {
      insert(start, beforeCallee.parenthesized);
    } else if (scope !== null && scope !== file && reserved.has(text)) {
      const isShort = isShorthand || (isBinding && !parent.propertyName && isObjectPattern(parent.parent));
      edits.push({ start, end: node.getEnd(), text: `${isShort ? `${text}: ` : ""}${text}$cell` });
    }
  };
  const visit = (node: SyntaxNode): void => {
    if (node.kind === kind("Identifier")) see(node, node.parent as SyntaxNode);
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}
