/**
 * Declarations of cells that did not compile. With them, a later cell that uses their names gets one error for all of the names, and otherwise only errors
 * of its own.
 */
import type { UnfinishedCell } from "../../shared/compilation.ts";
import { cellIn, declaredNames, earlierFile } from "../compiler/compilation.ts";
import type { Program } from "../compiler/program-api.ts";
import { kind, variableNames } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";

/** Returns the declarations of the cell in a program, without its exports. Types that contain errors are `any`. */
export function declarationsOf(program: Program): string {
  const file = cellIn(program);
  let text = "";
  const write = (path: string, data: string): void => void (text = path.endsWith(".d.ts") ? data : text);
  if (file) program.emit(file, write, undefined, true, undefined, true);
  return text;
}

/** Returns the names that a statement of a declaration file declares. */
function namesOf(statement: SyntaxNode): string[] {
  if (statement.kind === kind("VariableStatement")) return variableNames(statement);
  return statement.name?.kind === kind("Identifier") ? [statement.name.text] : [];
}

/** Returns an import statement without the names that are not wanted. */
function filteredImport(statement: SyntaxNode, file: SyntaxNode, isWanted: (name: string) => boolean): string {
  const { importClause: clause, moduleSpecifier } = statement;
  if (!clause || !moduleSpecifier) return "";
  const text = (node: SyntaxNode): string => file.text.slice(node.getStart(file), node.getEnd());
  const from = ` from ${text(moduleSpecifier)};\n`;
  const type = clause.isTypeOnly ? "type " : "";
  const parts: string[] = [];
  if (clause.name && isWanted(clause.name.text)) parts.push(`import ${type}${clause.name.text}${from}`);
  const bindings = clause.namedBindings;
  if (bindings?.kind === kind("NamespaceImport")) {
    if (bindings.name && isWanted(bindings.name.text)) parts.push(`import ${type}${text(bindings)}${from}`);
  } else {
    const elements = (bindings?.elements ?? []).filter((e) => e.name && isWanted(e.name.text));
    if (elements.length > 0) parts.push(`import ${type}{ ${elements.map(text).join(", ")} }${from}`);
  }
  return parts.join("");
}

/** Returns declarations without the imports that, by the compiler's messages, were not resolved; `stubs` then declares their names as `any`. */
export function withoutUnresolved(declarations: string, messages: readonly string[]): string {
  const unresolved = new Set(messages.flatMap((m) => /^Cannot find module '([^']+)'/.exec(m)?.[1] ?? []));
  if (unresolved.size === 0) return declarations;
  const file = ts.createSourceFile(earlierFile, declarations, ts.ScriptTarget.Latest);
  return file.statements
    .filter((s) => s.moduleSpecifier === undefined || !unresolved.has(s.moduleSpecifier.text))
    .map((s) => `${declarations.slice(s.getStart(file), s.getEnd())}\n`)
    .join("");
}

/** Returns the declarations of a cell without those of known names; names that are not declared then become `any`. */
function stubsOfCell(cell: UnfinishedCell, declarations: string, known: ReadonlySet<string>): string {
  const file = ts.createSourceFile(earlierFile, declarations, ts.ScriptTarget.Latest);
  const isNew = (name: string): boolean => !known.has(name);
  const statements = (file.parseDiagnostics ?? []).length > 0 ? [] : file.statements;
  const text = statements
    .map((statement) => {
      if (statement.kind === kind("ImportDeclaration")) return filteredImport(statement, file, isNew);
      const names = namesOf(statement);
      const whole = `${declarations.slice(statement.getStart(file), statement.getEnd())}\n`;
      return names.length > 0 && names.every(isNew) ? whole : "";
    })
    .join("");
  const declared = new Set(declaredNames(text));
  const left = cell.names.filter((name) => isNew(name) && !declared.has(name));
  const any = (name: string): string =>
    `declare let ${name}: any;\ntype ${name} = any;\ndeclare namespace ${name} {}\n`;
  return text + left.map(any).join("");
}

/**
 * Returns the declarations of all cells that did not compile, for names that no other cell declares.
 * @param declarations Declarations of the cells, by their execution count.
 * @param present Declarations of the other cells.
 */
export function stubs(
  unfinished: readonly UnfinishedCell[],
  declarations: ReadonlyMap<number, string>,
  present: string,
): string {
  const known = new Set(declaredNames(present));
  let text = "";
  for (const cell of unfinished.toReversed()) {
    if (cell.reason !== "compile") continue;
    text += stubsOfCell(cell, declarations.get(cell.count) ?? "", known);
    for (const name of cell.names) known.add(name);
  }
  return text;
}
