/** Errors about names that an unfinished earlier cell did not declare. */
import type { UnfinishedCell } from "../../shared/compilation.ts";
import { cellIn, declaredNames, earlierFile } from "../compiler/compilation.ts";
import type { NamedSymbol, Program } from "../compiler/program-api.ts";
import { kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";

/** Unfinished cells by the names that they did not declare. */
export type CellsByName = ReadonlyMap<string, UnfinishedCell>;

/** The first use of a missing name, with offsets in the cell's file. */
interface Use {
  readonly name: string;
  readonly cell: UnfinishedCell;
  readonly start: number;
  readonly end: number;
}

/** An error about the missing names of one unfinished cell, at the first use of one of them; offsets in the cell's file. */
export interface MissingNames {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/**
 * Returns the unfinished cell for each missing name, the latest one if there are several. `present`: declarations of earlier cells; a name that is
 * declared there is not missing because a later cell that declares it again did not compile.
 */
export function cellsByName(unfinished: readonly UnfinishedCell[], present: string): CellsByName {
  const declared = new Set(declaredNames(present));
  const missing = unfinished.flatMap((cell) =>
    cell.names.filter((name) => cell.reason !== "compile" || !declared.has(name)).map((name) => [name, cell] as const),
  );
  return new Map(missing);
}

/** Whether a text contains one of the names. */
export const mentions = (text: string, names: ReadonlyMap<string, unknown>): boolean =>
  (text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? []).some((word) => names.has(word));

/**
 * Returns a function that tells whether a compiler message at an offset of the cell is a consequence of missing names, whose types are not known: a
 * callback that is passed to a value of type `any` gets no types for its parameters, and a namespace without declarations has no members.
 */
export function consequences(
  program: Program | null,
  missing: CellsByName,
): (message: string, offset: number) => boolean {
  const file = program === null ? undefined : cellIn(program);
  if (!program || !file) return () => false;
  const checker = program.getTypeChecker();
  const untypedCalls: (readonly [start: number, end: number])[] = [];
  const visit = (node: SyntaxNode): void => {
    const callee = node.arguments === undefined ? undefined : node.expression;
    if (callee !== undefined && checker.getTypeAtLocation(callee).flags & ts.TypeFlags.Any)
      untypedCalls.push([callee.getEnd(), node.getEnd()]);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return (message, offset) => {
    const namespace = /^Namespace '([^']+)' has no exported member/.exec(message)?.[1];
    if (namespace !== undefined) return missing.has(namespace);
    const isImplicitAny = /implicitly has an? /.test(message);
    return isImplicitAny && untypedCalls.some(([start, end]) => start <= offset && offset < end);
  };
}

const isOfEarlierCell = (symbol: NamedSymbol | undefined): boolean =>
  symbol?.declarations?.some((d) => d.getSourceFile().fileName?.endsWith(earlierFile)) === true;

/** Finds the first use of each missing name in the cell, where it refers to a declaration of an earlier cell. */
class UseFinder {
  readonly #file: SyntaxNode;
  readonly #program: Program;
  readonly #missing: CellsByName;
  readonly #found = new Map<string, Use>();

  constructor(file: SyntaxNode, program: Program, missing: CellsByName) {
    this.#file = file;
    this.#program = program;
    this.#missing = missing;
  }

  run(): Use[] {
    this.#visit(this.#file, false);
    return [...this.#found.values()];
  }

  #add(node: SyntaxNode, symbol: NamedSymbol | undefined, isType: boolean): void {
    const name = node.text;
    const cell = this.#missing.get(name);
    // a cell that compiled has declared its types, even if it stopped later
    if (cell === undefined || this.#found.has(name) || (isType && cell.reason !== "compile")) return;
    if (isOfEarlierCell(symbol))
      this.#found.set(name, { name, cell, start: node.getStart(this.#file), end: node.getEnd() });
  }

  #visit(node: SyntaxNode, isType: boolean): void {
    const checker = this.#program.getTypeChecker();
    if (node.kind === kind("Identifier")) return this.#add(node, checker.getSymbolAtLocation(node), isType);
    // the export that the kernel has added
    if (node.kind === kind("ExportDeclaration")) return;
    if (node.kind === kind("ShorthandPropertyAssignment") && node.name)
      this.#add(node.name, checker.getShorthandAssignmentValueSymbol(node), false);
    const isTypeNode = node.kind >= kind("FirstTypeNode") && node.kind <= kind("LastTypeNode");
    ts.forEachChild(node, (child) => {
      if (!isNameOrTarget(child, node)) this.#visit(child, isType || isTypeNode);
    });
  }
}

/** Whether an identifier is the name of a declaration or property, or the target of an assignment, rather than a use. */
function isNameOrTarget(child: SyntaxNode, parent: SyntaxNode): boolean {
  if (child.kind !== kind("Identifier")) return false;
  if (child === parent.name || child === parent.propertyName) return true;
  if (child === parent.right) return parent.kind === kind("QualifiedName");
  const isAssignment = parent.kind === kind("BinaryExpression") && parent.operatorToken?.kind === kind("EqualsToken");
  return isAssignment && child === parent.left;
}

/** Returns names as a phrase; of more than three, the first two and a count. */
function phrase(names: readonly string[]): string {
  if (names.length > 3) return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function messageOf({ count, reason }: UnfinishedCell, names: readonly string[]): string {
  if (reason === "compile")
    return `cell ${count} did not compile, so ${phrase(names)} ${names.length === 1 ? "is" : "are"} not there; run it again`;
  const end = reason === "error" ? "stopped with an error" : "was interrupted";
  return `cell ${count} ${end} before it declared ${phrase(names)}; run it again`;
}

/** Returns one error for each unfinished cell whose names the program's cell uses. */
export function missingNames(program: Program | null, missing: CellsByName): MissingNames[] {
  const file = program === null || missing.size === 0 ? undefined : cellIn(program);
  if (program === null || file === undefined) return [];
  const uses = new UseFinder(file, program, missing).run();
  return [...new Set(uses.map((use) => use.cell))].map((cell) => {
    const own = uses.filter((use) => use.cell === cell).toSorted((a, b) => a.start - b.start);
    const names = own.map((use) => use.name);
    return { start: own[0]?.start ?? 0, end: own[0]?.end ?? 0, message: messageOf(cell, names) };
  });
}
