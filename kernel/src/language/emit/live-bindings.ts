/**
 * Makes the variables of a cell live bindings. tslab exports the declarations of a cell at its end, so that functions of the cell would keep using the
 * cell's own copies, and a later cell that declares or changes a variable would not affect them. Here each declaration is exported where it stands, so
 * that the compiler reads and writes the notebook's variable wherever the name is used. Names of earlier cells refer to the same variables.
 */
import { type Edit, TrackedText } from "../../shared/tracked-text.ts";
import { boundNames, kind, kinds } from "../compiler/syntax.ts";
import type { SourceFile, SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";
import { referenceEdits, reserved } from "./references.ts";

/** Returns the internal name of a function or a module: the function keeps its place, because it may be called above it, and the variable is set to it. */
const internalName = (name: string): string => `${name}$cell`;

const namedByVariable = kinds("ArrowFunction", "FunctionExpression", "ClassExpression");

/** Whether a value is a function or a class that gets its name from the variable to which it is assigned. */
const isNamedByVariable = (value: SyntaxNode): boolean => namedByVariable.has(value.kind);

/**
 * Returns the text before and behind the value of a variable that has the name of a parameter of the compiled cell. The compiler would declare a function
 * or class as a variable of the cell, which would collide with the parameter; the value of a property is only assigned, and gets the same name.
 */
const asProperty = (name: string): readonly [string, string] => [`{ ${name}: `, ` }.${name}`];

/** Whether a statement is a `using` or an `await using` declaration. */
function isUsing(statement: SyntaxNode): boolean {
  const { Using, AwaitUsing } = ts.NodeFlags;
  return [Using, AwaitUsing].includes((statement.declarationList?.flags ?? 0) & AwaitUsing);
}

/** Name of the variable that holds the value of a cell's last expression. */
export const lastValue = "$tapelabLast";

/** A cell's module with live bindings. */
export interface LiveModule {
  readonly tracked: TrackedText;
  /** The variables that it declares. */
  readonly names: readonly string[];
}

/** Collects the edits of a module's declarations. */
class ExportEdits {
  readonly edits: Edit[] = [];
  /** The names that tslab exports at the end of the module. */
  readonly exported: ReadonlySet<string>;
  readonly #file: SourceFile;
  readonly #lists: readonly SyntaxNode[];
  /** The names that are exported where they are declared. */
  readonly #done = new Set<string>();
  readonly #functions: string[] = [];

  constructor(file: SourceFile) {
    this.#file = file;
    this.#lists = file.statements.filter(
      (s) => s.kind === kind("ExportDeclaration") && s.exportClause?.elements !== undefined,
    );
    this.exported = new Set(
      this.#lists.flatMap((s) =>
        (s.exportClause?.elements ?? []).flatMap((e) => (e.name && this.#hasValue(e.name) ? [e.name.text] : [])),
      ),
    );
  }

  run(): readonly Edit[] {
    for (const statement of this.#file.statements) this.#add(statement);
    this.#shortenLists();
    const functions = this.#functionExports();
    return functions === "" ? this.edits : [{ start: 0, end: 0, text: functions }, ...this.edits];
  }

  /** Whether a name in an export list has a value in the cell; a `declare` has none. */
  #hasValue(name: SyntaxNode): boolean {
    return this.#file.locals?.has(name.escapedText ?? "") === true;
  }

  #replace(node: SyntaxNode, text: string): void {
    this.edits.push({ start: node.getStart(this.#file), end: node.getEnd(), text });
  }

  #insert(at: number, text: string): void {
    this.edits.push({ start: at, end: at, text });
  }

  #surround(node: SyntaxNode, before: string, behind: string): void {
    this.#insert(node.getStart(this.#file), before);
    this.#insert(node.getEnd(), behind);
  }

  #add(statement: SyntaxNode): void {
    const { name } = statement;
    if (statement.kind === kind("VariableStatement") && statement.modifiers?.length) this.#lastExpression(statement);
    else if (statement.kind === kind("VariableStatement")) this.#variables(statement);
    else if (statement.kind === kind("ImportDeclaration")) this.#namespaceImport(statement);
    else if (statement.kind === kind("FunctionDeclaration") && name && this.exported.has(name.text))
      this.#function(name);
    else if (statement.kind === kind("ClassDeclaration") && name && this.exported.has(name.text))
      this.#class(statement, name.text);
  }

  /** The one variable that tslab itself exports: the value of the last expression. */
  #lastExpression(statement: SyntaxNode): void {
    const { name, initializer } = statement.declarationList?.declarations?.[0] ?? {};
    if (name) this.#replace(name, lastValue);
    // keeps a function or class without a name from getting that of the variable
    if (initializer && isNamedByVariable(initializer)) this.#surround(initializer, "(0, ", ")");
  }

  #variables(statement: SyntaxNode): void {
    const declarations = statement.declarationList?.declarations ?? [];
    const names = declarations.flatMap((d) => (d.name ? boundNames(d.name) : []));
    // a resource is exported by the list at the end, because `using` cannot be combined with `export`
    if (isUsing(statement) || names.length === 0 || !names.every((name) => this.exported.has(name))) return;
    this.#insert(statement.getStart(this.#file), "export ");
    for (const name of names) this.#done.add(name);
    for (const { name, initializer } of declarations)
      if (name && initializer && reserved.has(name.text) && isNamedByVariable(initializer))
        this.#surround(initializer, ...asProperty(name.text));
  }

  #function(name: SyntaxNode): void {
    this.#replace(name, internalName(name.text));
    this.#functions.push(name.text);
    this.#done.add(name.text);
  }

  /** `import * as name` with the name of a parameter of the compiled cell. */
  #namespaceImport(statement: SyntaxNode): void {
    const bindings = statement.importClause?.namedBindings;
    const name = bindings?.kind === kind("NamespaceImport") ? bindings.name : undefined;
    if (!name || !reserved.has(name.text) || !this.exported.has(name.text)) return;
    this.#replace(name, internalName(name.text));
    this.#insert(statement.getEnd(), ` export let ${name.text} = ${internalName(name.text)};`);
    this.#done.add(name.text);
  }

  #class(statement: SyntaxNode, name: string): void {
    const [before, behind] = reserved.has(name) ? asProperty(name) : ["", ""];
    this.#insert(statement.getStart(this.#file), `export let ${name} = ${before}`);
    this.#insert(statement.getEnd(), `${behind};`);
    this.#done.add(name);
  }

  /** Removes the names from tslab's export lists that are exported where they are declared. */
  #shortenLists(): void {
    for (const list of this.#lists) {
      const left = (list.exportClause?.elements ?? []).filter(
        (e) => e.name && this.exported.has(e.name.text) && !this.#done.has(e.name.text),
      );
      const texts = left.map((e) => this.#file.text.slice(e.getStart(this.#file), e.getEnd()));
      this.#replace(list, `export { ${texts.join(", ")} };`);
    }
  }

  /** Returns the exports of functions at the start of the module; each function keeps its name in the source. */
  #functionExports(): string {
    return this.#functions
      .map(
        // `({}).constructor`, because the cell may declare an Object of its own
        (name) =>
          `export let ${name} = ({}).constructor.defineProperty(${internalName(name)}, "name", { value: "${name}" }); `,
      )
      .join("");
  }
}

/** Exports the declarations of a module where they stand. `earlier`: variables of earlier cells. */
export function exportInPlace(source: string, earlier: ReadonlySet<string>): LiveModule {
  const tracked = new TrackedText(source);
  const file = ts.createSourceFile("cell.js", source, ts.ScriptTarget.Latest, true);
  ts.bindSourceFile(file, {});
  const exports = new ExportEdits(file);
  tracked.apply([...exports.run(), ...referenceEdits(file, earlier)]);
  return { tracked, names: [...exports.exported] };
}
