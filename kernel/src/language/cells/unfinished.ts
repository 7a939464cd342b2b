/**
 * Names that an earlier cell would have declared, had it compiled, or had it not stopped before: what to say of a cell that uses them. A cell that did
 * not compile leaves declarations for checking: with them, a cell that uses its names is reported once for them, and else only for what is wrong in itself.
 */
import type { DeclaredValue, UnfinishedCell } from "../../shared/compilation.ts";
import type { NamedSymbol, Program, SyntaxNode } from "../compiler/api.ts";
import { cellFile, declaredNames, earlier, ts } from "../compiler/typescript.ts";
import { boundNames } from "../emit/live-bindings.ts";

const kind = (name: string): number => ts.SyntaxKind[name] as number;

/** The first use of a name in the cell's file, and the unfinished cell that would have declared it. */
interface Use {
  readonly name: string;
  readonly cell: UnfinishedCell;
  readonly start: number;
  readonly end: number;
}

/** What is to be said of one unfinished cell: offsets in the cell's file, of the first use of one of its names. */
export interface Absence {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** Unfinished cells by the names that they have not declared. */
export type CellsByName = ReadonlyMap<string, UnfinishedCell>;

/**
 * Returns the cells by the names that are not there, a later cell before an earlier one. `present` are declarations: what they declare is there
 * whether or not a later cell that would have declared it again compiled.
 */
export function cellsByName(unfinished: readonly UnfinishedCell[], current: string): CellsByName {
  const there = new Set(declaredNames(current));
  const missing = unfinished.flatMap((cell) =>
    cell.names.filter((name) => cell.reason !== "compile" || !there.has(name)).map((name) => [name, cell] as const),
  );
  return new Map(missing);
}

/** Whether a text mentions one of the names. */
export const mentions = (text: string, names: ReadonlyMap<string, unknown>): boolean =>
  (text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? []).some((word) => names.has(word));

/** Returns the variables that get a value when a cell runs; a function has it from the cell's start on. */
export function valuesOf(code: string): DeclaredValue[] {
  const file = ts.createSourceFile(cellFile, code, ts.ScriptTarget.Latest);
  return file.statements.flatMap((statement) => {
    const end = statement.getEnd();
    const { importClause: clause, declarationList, name, modifiers } = statement;
    if (modifiers?.some((m) => m.kind === kind("DeclareKeyword"))) return [];
    if (declarationList)
      return (declarationList.declarations ?? []).flatMap((d) =>
        d.name && d.initializer ? boundNames(d.name).map((bound) => ({ name: bound, end: d.getEnd() })) : [],
      );
    if (clause && clause.isTypeOnly !== true) {
      const bindings = clause.namedBindings;
      const names = [
        clause.name,
        bindings?.name,
        ...(bindings?.elements ?? []).filter((e) => e.isTypeOnly !== true).map((e) => e.name),
      ];
      return names.flatMap((n) => (n ? [{ name: n.text, end }] : []));
    }
    if (statement.kind === kind("FunctionDeclaration")) return name ? [{ name: name.text, end: 0 }] : [];
    const hasValue = statement.kind === kind("ClassDeclaration") || statement.kind === kind("EnumDeclaration");
    return hasValue && name ? [{ name: name.text, end }] : [];
  });
}

/** Returns the declarations of the program's cell as text, without its exports; errors in the cell make types `any`. */
export function declarationsOf(program: Program): string {
  const file = program.getSourceFiles().find((f) => f.fileName?.endsWith(cellFile));
  let text = "";
  if (file)
    program.emit(
      file,
      (path, data) => void (text = path.endsWith(".d.ts") ? data : text),
      undefined,
      true,
      undefined,
      true,
    );
  return text;
}

/** Names that a statement of a declaration file declares. */
function namesOf(statement: SyntaxNode): string[] {
  if (statement.kind === kind("VariableStatement"))
    return (statement.declarationList?.declarations ?? []).flatMap((d) => (d.name ? boundNames(d.name) : []));
  return statement.name?.kind === kind("Identifier") ? [statement.name.text] : [];
}

/** An import statement with the names that are wanted alone. */
function importOf(statement: SyntaxNode, file: SyntaxNode, isWanted: (name: string) => boolean): string {
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

/** Modules that an import was not found in. */
const unresolved = (messages: readonly string[]): Set<string> =>
  new Set(messages.flatMap((m) => /^Cannot find module '([^']+)'/.exec(m)?.[1] ?? []));

/** Returns declarations without the imports that the compiler's messages say it could not resolve; the names are then declared as `any`. */
export function withoutUnresolved(declarations: string, messages: readonly string[]): string {
  const missing = unresolved(messages);
  if (missing.size === 0) return declarations;
  const file = ts.createSourceFile(earlier, declarations, ts.ScriptTarget.Latest);
  return file.statements
    .filter((s) => s.moduleSpecifier === undefined || !missing.has(s.moduleSpecifier.text))
    .map((s) => `${declarations.slice(s.getStart(file), s.getEnd())}\n`)
    .join("");
}

/** Returns the statements of a cell's declarations that declare none of the known names; `any` for its names that are then left. */
function withoutKnown(cell: UnfinishedCell, declarations: string, known: ReadonlySet<string>): string {
  const file = ts.createSourceFile(earlier, declarations, ts.ScriptTarget.Latest);
  const isNew = (name: string): boolean => !known.has(name);
  const kept = (file.parseDiagnostics ?? []).length > 0 ? [] : file.statements;
  const text = kept
    .map((statement) => {
      if (statement.kind === kind("ImportDeclaration")) return importOf(statement, file, isNew);
      const names = namesOf(statement);
      const whole = `${declarations.slice(statement.getStart(file), statement.getEnd())}\n`;
      return names.length > 0 && names.every(isNew) ? whole : "";
    })
    .join("");
  const declared = new Set(declaredNames(text));
  const left = cell.names.filter((name) => isNew(name) && !declared.has(name));
  return (
    text + left.map((name) => `declare let ${name}: any;\ntype ${name} = any;\ndeclare namespace ${name} {}\n`).join("")
  );
}

/**
 * Returns declarations to check a cell with: those of all cells that did not compile, but for names that earlier cells have declared, which `current`
 * has as text. `declarations` are those of each cell by its count.
 */
export function stubs(
  unfinished: readonly UnfinishedCell[],
  declarations: ReadonlyMap<number, string>,
  current: string,
): string {
  const known = new Set(declaredNames(current));
  let text = "";
  for (const cell of unfinished.toReversed()) {
    if (cell.reason !== "compile") continue;
    text += withoutKnown(cell, declarations.get(cell.count) ?? "", known);
    for (const name of cell.names) known.add(name);
  }
  return text;
}

/**
 * Returns whether a message about an offset of the cell follows from names whose types are not known, rather than from the cell itself: a function
 * that is an argument of something of type `any` gets no types for its parameters, and a namespace without declarations has no members.
 */
export function consequences(
  program: Program | null,
  absent: CellsByName,
): (message: string, offset: number) => boolean {
  const file = program?.getSourceFiles().find((f) => f.fileName?.endsWith(cellFile));
  const untyped: (readonly [start: number, end: number])[] = [];
  if (!program || !file) return () => false;
  const checker = program.getTypeChecker();
  const visit = (node: SyntaxNode): void => {
    const callee = node.arguments === undefined ? undefined : node.expression;
    if (callee !== undefined && checker.getTypeAtLocation(callee).flags & ts.TypeFlags.Any)
      untyped.push([callee.getEnd(), node.getEnd()]);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return (message, offset) => {
    const namespace = /^Namespace '([^']+)' has no exported member/.exec(message)?.[1];
    if (namespace !== undefined) return absent.has(namespace);
    return /implicitly has an? /.test(message) && untyped.some(([start, end]) => start <= offset && offset < end);
  };
}

const isEarlier = (symbol: NamedSymbol | undefined): boolean =>
  symbol?.declarations?.some((d) => d.getSourceFile().fileName?.endsWith(earlier)) === true;

/** The first use of each name, where it means what an earlier cell declares. */
function usesIn(program: Program, names: CellsByName): Use[] {
  const file = program.getSourceFiles().find((f) => f.fileName?.endsWith(cellFile));
  if (!file) return [];
  const checker = program.getTypeChecker();
  const found = new Map<string, Use>();
  const see = (node: SyntaxNode, symbol: NamedSymbol | undefined, asType: boolean): void => {
    const cell = names.get(node.text);
    if (cell === undefined || found.has(node.text) || (asType && cell.reason !== "compile") || !isEarlier(symbol))
      return;
    found.set(node.text, { name: node.text, cell, start: node.getStart(file), end: node.getEnd() });
  };
  const visit = (node: SyntaxNode, asType: boolean): void => {
    if (node.kind === kind("Identifier")) return see(node, checker.getSymbolAtLocation(node), asType);
    // the export that the kernel has added
    if (node.kind === kind("ExportDeclaration")) return;
    if (node.kind === kind("ShorthandPropertyAssignment") && node.name)
      see(node.name, checker.getShorthandAssignmentValueSymbol(node), false);
    const isTarget = node.kind === kind("BinaryExpression") && node.operatorToken?.kind === kind("EqualsToken");
    const inType = asType || (node.kind >= kind("FirstTypeNode") && node.kind <= kind("LastTypeNode"));
    ts.forEachChild(node, (child) => {
      const isName = child.kind === kind("Identifier") && [node.name, node.propertyName, node.right].includes(child);
      // names of declarations and properties are no uses; nor is the name that is assigned to
      if (isName && (child !== node.right || node.kind === kind("QualifiedName"))) return;
      if (isTarget && child === node.left && child.kind === kind("Identifier")) return;
      visit(child, inType);
    });
  };
  visit(file, false);
  return [...found.values()];
}

/** Lists names as words, the first of many. */
function listed(names: readonly string[]): string {
  if (names.length > 3) return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function message({ count, reason }: UnfinishedCell, names: readonly string[]): string {
  if (reason === "compile")
    return `cell ${count} did not compile, so ${listed(names)} ${names.length === 1 ? "is" : "are"} not there; run it again`;
  const end = reason === "error" ? "stopped with an error" : "was interrupted";
  return `cell ${count} ${end} before it declared ${listed(names)}; run it again`;
}

/** Returns what to say of each unfinished cell whose names the program's cell uses. */
export function absences(program: Program | null, names: CellsByName): Absence[] {
  if (program === null || names.size === 0) return [];
  const uses = usesIn(program, names);
  return [...new Set(uses.map((use) => use.cell))].map((cell) => {
    const own = uses.filter((use) => use.cell === cell).toSorted((a, b) => a.start - b.start);
    return {
      start: own[0]?.start ?? 0,
      end: own[0]?.end ?? 0,
      message: message(
        cell,
        own.map((use) => use.name),
      ),
    };
  });
}
