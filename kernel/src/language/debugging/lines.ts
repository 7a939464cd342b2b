/** The lines of a text that have code, at which a breakpoint may stand before V8 has compiled it. */
import { isFunction, kind, kinds } from "../compiler/syntax.ts";
import type { SourceFile, SyntaxNode } from "../compiler/syntax-node.ts";
import { compiler, ts } from "../compiler/typescript.ts";

/** Statements at whose start nothing runs. */
const silent = kinds(
  "InterfaceDeclaration",
  "TypeAliasDeclaration",
  "FunctionDeclaration",
  "EmptyStatement",
  "Block",
  "LabeledStatement",
  "ExportDeclaration",
  "NamespaceExportDeclaration",
);

/** Statements without code, those inside of them included. */
const erased = kinds("InterfaceDeclaration", "TypeAliasDeclaration");

const calls = kinds("CallExpression", "NewExpression");

const isDeclared = (node: SyntaxNode): boolean =>
  node.modifiers?.some((m) => m.kind === kind("DeclareKeyword")) === true;

const isTypeImport = ({ importClause }: SyntaxNode): boolean => importClause?.isTypeOnly === true;

const isStatement = (node: SyntaxNode): boolean => /(?:Statement|Declaration)$/.test(ts.SyntaxKind[node.kind] ?? "");

/** Whether a statement is part of a list of statements, or the body of another one. */
const isInList = ({ parent }: SyntaxNode): boolean =>
  parent === undefined ||
  parent.statements !== undefined ||
  (ts.SyntaxKind[parent.kind]?.endsWith("Statement") === true && parent.declarationList === undefined);

/** Returns the offset at which V8 can pause before a node runs; `null` for none. */
function stopOf(file: SourceFile, node: SyntaxNode): number | null {
  if (calls.has(node.kind)) {
    const callee = node.expression;
    const name = callee?.kind === kind("PropertyAccessExpression") ? callee.name : callee;
    return name?.getStart(file) ?? null;
  }
  if (isStatement(node) && isInList(node))
    return silent.has(node.kind) || isTypeImport(node) ? null : node.getStart(file);
  // the body of an arrow function
  const { parent } = node;
  const isBody = parent?.kind === kind("ArrowFunction") && parent.body === node && node.kind !== kind("Block");
  if (isBody) return node.getStart(file);
  // the value of a field
  return parent?.kind === kind("PropertyDeclaration") && parent.initializer === node ? node.getStart(file) : null;
}

/** Returns the 1-based lines of a text that have code, in order. `path`: the path of the text, whose extension tells the language. */
export function linesWithCode(code: string, path: string): number[] {
  const file = compiler.createSourceFile(path, code, compiler.ScriptTarget.Latest, true);
  const lines = new Set<number>();
  const add = (offset: number): void => {
    lines.add(compiler.getLineAndCharacterOfPosition(file, offset).line + 1);
  };
  const visit = (node: SyntaxNode): void => {
    if (erased.has(node.kind) || isDeclared(node)) return;
    const stop = stopOf(file, node);
    if (stop !== null) add(stop);
    // a function can pause before it returns
    if (isFunction(node) && node.body?.kind === kind("Block")) add(node.body.getEnd() - 1);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return [...lines].sort((a, b) => a - b);
}
