/**
 * Live variables. tslab exports what a cell declares at its end, so a function of the cell would go on with the cell's own copies: a later
 * cell that declares a name again, or changes it, would not reach it. Here each declaration is exported where it stands; the compiler then
 * reads and writes the notebook's variable wherever the name is used. Names of earlier cells are led to the same variables.
 */

import { type Edit, TrackedText } from "../../shared/tracked-text.ts";
import type { SyntaxNode } from "../compiler/api.ts";
import { ts } from "../compiler/typescript.ts";
import { referenceEdits, reserved } from "./references.ts";

const kind = (name: string): number => ts.SyntaxKind[name] as number;

/** Returns the names that a declaration binds, patterns included. */
export function boundNames(name: SyntaxNode): string[] {
  if (name.kind === kind("Identifier")) return [name.text];
  return (name.elements ?? []).flatMap((element) => (element.name === undefined ? [] : boundNames(element.name)));
}

/** Name of a function in the cell, which keeps its place, so that it can be called above it, and of a module; the variable is set to it. */
const hidden = (name: string): string => `${name}$cell`;

/** Whether a value is a function or a class that takes its name from the variable that it is assigned to. */
const isNamedByVariable = (value: SyntaxNode): boolean =>
  ["ArrowFunction", "FunctionExpression", "ClassExpression"].map(kind).includes(value.kind);

/** Returns the edits that put text before and behind a node. */
const around = (file: SyntaxNode, node: SyntaxNode, before: string, after: string): Edit[] => [
  { start: node.getStart(file), end: node.getStart(file), text: before },
  { start: node.getEnd(), end: node.getEnd(), text: after },
];

/**
 * Returns what stands before and behind the value of a variable that is named like a parameter of the compiled cell. The compiler declares functions and
 * classes as variables of the cell, where the parameter is already; the value of a property it only assigns, under the same name.
 */
const property = (name: string): readonly [string, string] => [`{ ${name}: `, ` }.${name}`];

/** Whether a statement is a `using` or an `await using`. */
function isUsing(statement: SyntaxNode): boolean {
  const { Using, AwaitUsing } = ts.NodeFlags;
  return [Using, AwaitUsing].includes((statement.declarationList?.flags ?? 0) & AwaitUsing);
}

/** Whether a name of an export list has a value in the cell: a `declare` has none. */
const isDeclared = (file: SyntaxNode, name: SyntaxNode): boolean => file.locals?.has(name.escapedText ?? "") === true;

/** Name of the variable that takes the value of a cell's last expression, whatever tslab calls it. */
export const lastValue = "$tapelabLast";

/** A cell's module with live variables. */
export interface LiveModule {
  readonly tracked: TrackedText;
  /** The variables that it declares. */
  readonly names: readonly string[];
}

/** Returns the module with its declarations exported in place; `earlier` are the variables of earlier cells. */
export function exportInPlace(source: string, earlier: ReadonlySet<string>): LiveModule {
  const tracked = new TrackedText(source);
  const file = ts.createSourceFile("cell.js", source, ts.ScriptTarget.Latest, true);
  ts.bindSourceFile(file, {});
  const lists = file.statements.filter(
    (s) => s.kind === kind("ExportDeclaration") && s.exportClause?.elements !== undefined,
  );
  const exported = new Set(
    lists.flatMap((s) =>
      (s.exportClause?.elements ?? []).flatMap((e) => (e.name && isDeclared(file, e.name) ? [e.name.text] : [])),
    ),
  );
  const done = new Set<string>();
  const edits: Edit[] = [];
  const insert = (at: number, text: string): number => edits.push({ start: at, end: at, text });
  const functions: string[] = [];
  for (const statement of file.statements) {
    const start = statement.getStart(file);
    if (statement.kind === kind("VariableStatement") && statement.modifiers?.length) {
      const name = statement.declarationList?.declarations?.[0]?.name;
      if (name) edits.push({ start: name.getStart(file), end: name.getEnd(), text: lastValue });
      const value = statement.declarationList?.declarations?.[0]?.initializer;
      // a function or class without a name would get that of the variable
      if (value && isNamedByVariable(value)) edits.push(...around(file, value, "(0, ", ")"));
    } else if (statement.kind === kind("VariableStatement")) {
      const names = (statement.declarationList?.declarations ?? []).flatMap((d) => (d.name ? boundNames(d.name) : []));
      // a resource is exported by the list at the end: `using` has no place for `export`
      if (isUsing(statement) || names.length === 0 || !names.every((name) => exported.has(name))) continue;
      insert(start, "export ");
      for (const name of names) done.add(name);
      for (const { name, initializer } of statement.declarationList?.declarations ?? [])
        if (name && initializer && reserved.has(name.text) && isNamedByVariable(initializer))
          edits.push(...around(file, initializer, ...property(name.text)));
    } else if (statement.kind === kind("FunctionDeclaration") && statement.name && exported.has(statement.name.text)) {
      edits.push({
        start: statement.name.getStart(file),
        end: statement.name.getEnd(),
        text: hidden(statement.name.text),
      });
      functions.push(statement.name.text);
      done.add(statement.name.text);
    } else if (statement.kind === kind("ImportDeclaration")) {
      const bindings = statement.importClause?.namedBindings;
      const name = bindings?.kind === kind("NamespaceImport") ? bindings.name : undefined;
      if (!name || !reserved.has(name.text) || !exported.has(name.text)) continue;
      edits.push({ start: name.getStart(file), end: name.getEnd(), text: hidden(name.text) });
      insert(statement.getEnd(), ` export let ${name.text} = ${hidden(name.text)};`);
      done.add(name.text);
    } else if (statement.kind === kind("ClassDeclaration") && statement.name && exported.has(statement.name.text)) {
      const { text } = statement.name;
      const [before, after] = reserved.has(text) ? property(text) : ["", ""];
      insert(start, `export let ${text} = ${before}`);
      insert(statement.getEnd(), `${after};`);
      done.add(text);
    }
  }
  for (const list of lists) {
    const left = (list.exportClause?.elements ?? []).filter(
      (e) => e.name && exported.has(e.name.text) && !done.has(e.name.text),
    );
    const texts = left.map((e) => source.slice(e.getStart(file), e.getEnd()));
    edits.push({ start: list.getStart(file), end: list.getEnd(), text: `export { ${texts.join(", ")} };` });
  }
  // the function is shown under the name that it was given
  const named = functions.map(
    // the cell may have an Object of its own
    (name) => `export let ${name} = ({}).constructor.defineProperty(${hidden(name)}, "name", { value: "${name}" });`,
  );
  const start = named.length > 0 ? [{ start: 0, end: 0, text: `${named.join(" ")} ` }] : [];
  tracked.apply([...start, ...edits, ...referenceEdits(file, earlier)]);
  return { tracked, names: [...exported] };
}
