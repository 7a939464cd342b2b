/**
 * Rewrites statements that are valid only in modules or scripts: `export`, `import x = require()`, and a hashbang; and an object literal, which would be
 * parsed as a block. All declarations of a cell are visible to later cells, so `export` is removed, and an export from another module becomes an import.
 */
import { type Edit, TrackedText } from "../../shared/tracked-text.ts";
import type { Checker } from "../compiler/program-api.ts";
import { kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";

const leading = /^(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n\r]*)*/;

/** Returns the end of the object literal if the code consists of one, apart from comments; `null` for other code. */
function endOfObject(code: string, start: number): number | null {
  if (code[start] !== "{") return null;
  const before = "const o =";
  const file = ts.createSourceFile("cell.ts", before + code.slice(start), ts.ScriptTarget.Latest);
  const { statements, parseDiagnostics = [] } = file;
  const value = statements[0]?.declarationList?.declarations?.[0]?.initializer;
  const isAlone = statements.length === 1 && parseDiagnostics.length === 0;
  return isAlone && value?.kind === kind("ObjectLiteralExpression") ? value.getEnd() - before.length + start : null;
}

/** Returns a cell in a form that TypeScript can parse: an object literal in parentheses, as in the console of a browser, and a hashbang as a comment. */
export function parseable(code: string): TrackedText {
  const tracked = new TrackedText(code);
  if (/^\uFEFF?#!/.test(code)) {
    const at = code.indexOf("#!");
    tracked.apply([{ start: at, end: at + 2, text: "//" }]);
  }
  const start = leading.exec(code)?.[0].length ?? 0;
  const end = endOfObject(code, start);
  if (end !== null)
    tracked.apply([
      { start, end: start, text: "(" },
      { start: end, end, text: ")" },
    ]);
  return tracked;
}

/** Collects the edits of statements. */
class StatementEdits {
  readonly edits: Edit[] = [];
  readonly #file: SyntaxNode;
  readonly #checker: Checker;

  constructor(file: SyntaxNode, checker: Checker) {
    this.#file = file;
    this.#checker = checker;
  }

  add(statement: SyntaxNode): void {
    if (statement.kind === kind("ExportDeclaration")) this.#exportList(statement);
    else if (statement.kind === kind("ExportAssignment")) this.#exportValue(statement);
    else if (statement.modifiers?.some((m) => m.kind === kind("ExportKeyword"))) this.#exported(statement);
    if (statement.kind === kind("ImportEqualsDeclaration")) this.#require(statement);
    for (const declaration of statement.declarationList?.declarations ?? []) this.#imported(declaration);
  }

  #edit(start: number, end: number, text: string): void {
    this.edits.push({ start, end, text });
  }

  #start = (node: SyntaxNode): number => node.getStart(this.#file);

  /** Rewrites `export default expression` to the expression, after a semicolon, which separates it from the line before. */
  #exportValue(statement: SyntaxNode): void {
    const value = statement.expression as SyntaxNode;
    this.#edit(this.#start(statement), this.#start(value), ";(");
    this.#edit(value.getEnd(), value.getEnd(), ")");
  }

  /** Removes `export` and `default` from a declaration; one without a name becomes an expression. */
  #exported(statement: SyntaxNode): void {
    const { modifiers = [], name } = statement;
    const keywords = modifiers.filter((m) => [kind("ExportKeyword"), kind("DefaultKeyword")].includes(m.kind));
    const isNameless = name === undefined && keywords.length === 2;
    for (const [i, word] of keywords.entries())
      this.#edit(this.#start(word), word.getEnd(), isNameless && i === 0 ? ";(" : "");
    if (isNameless) this.#edit(statement.getEnd(), statement.getEnd(), ")");
  }

  /** Removes `export { names }`, and rewrites an export from another module to an import. */
  #exportList(statement: SyntaxNode): void {
    const { moduleSpecifier: module, exportClause } = statement;
    const start = this.#start(statement);
    if (module === undefined) this.#edit(start, statement.getEnd(), "");
    else if (exportClause !== undefined) this.#edit(start, start + "export".length, "import");
    else {
      const type = statement.isTypeOnly ? "type " : "";
      this.#edit(start, this.#start(module), `import ${type}{ ${this.#namesOf(module).join(", ")} } from `);
    }
  }

  /** Returns the names that `export *` from a module exports, without those that the cell declares. */
  #namesOf(module: SyntaxNode): string[] {
    const symbol = this.#checker.getSymbolAtLocation(module);
    const names = symbol === undefined ? [] : this.#checker.getExportsAndPropertiesOfModule(symbol).map((s) => s.name);
    const own = this.#file.locals ?? new Map();
    return [...new Set(names)].filter(
      (name) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && name !== "default" && !own.has(name),
    );
  }

  /** Annotates `const m = await import("m")` with `typeof import("m")`: the inferred type may contain types that a declaration cannot name. */
  #imported({ name, type, initializer }: SyntaxNode): void {
    const call = initializer?.kind === kind("AwaitExpression") ? initializer.expression : undefined;
    const [module, options] = call?.arguments ?? [];
    if (name?.kind !== kind("Identifier") || type !== undefined || options !== undefined) return;
    if (call?.expression?.kind !== kind("ImportKeyword") || module?.kind !== kind("StringLiteral")) return;
    const symbol = this.#checker.getSymbolAtLocation(module);
    // the namespace of a module with `export =` is not its `typeof import`
    if (symbol === undefined || symbol.exports?.has("export=") === true) return;
    const declared = `typeof import(${this.#file.text.slice(this.#start(module), module.getEnd())})`;
    // the namespace of a CommonJS module also has the module as its default
    const addsDefault =
      symbol.exports?.has("default") !== true &&
      this.#checker.getTypeAtLocation(initializer as SyntaxNode).getProperty?.("default") !== undefined;
    this.#edit(
      name.getEnd(),
      name.getEnd(),
      `: ${declared}${addsDefault ? ` & { readonly default: ${declared} }` : ""}`,
    );
  }

  /** Rewrites `import x = require("m")` to an ES import. */
  #require(statement: SyntaxNode): void {
    const { name, moduleReference: reference } = statement;
    const module = reference?.expression;
    if (name === undefined || reference?.kind !== kind("ExternalModuleReference") || module === undefined) return;
    const exports = this.#checker.getSymbolAtLocation(module)?.exports;
    const isWhole = exports?.has("export=") === true || exports?.has("default") === true;
    if (!isWhole) this.#edit(this.#start(name), this.#start(name), "* as ");
    this.#edit(name.getEnd(), this.#start(module), " from ");
    this.#edit(module.getEnd(), reference.getEnd(), "");
  }
}

/** Returns the edits of the statements between two offsets of a cell's file; the kernel's own exports are outside of them. */
export function statementEdits(file: SyntaxNode, checker: Checker, start: number, end: number): readonly Edit[] {
  const collected = new StatementEdits(file, checker);
  for (const statement of file.statements ?? []) {
    const at = statement.getStart(file);
    if (start <= at && at < end) collected.add(statement);
  }
  return collected.edits;
}
