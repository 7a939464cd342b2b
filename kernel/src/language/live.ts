/**
 * Live variables. tslab exports what a cell declares at its end, so a function of the cell would go on with the cell's own copies: a later
 * cell that declares a name again, or changes it, would not reach it. Here each declaration is exported where it stands; the compiler then
 * reads and writes the notebook's variable wherever the name is used.
 */

import type { SyntaxNode } from "./api.ts";
import { TrackedText } from "./positions.ts";
import { ts } from "./typescript.ts";

const kind = (name: string): number => ts.SyntaxKind[name] as number;

/** Returns the names that a declaration binds, patterns included. */
export function boundNames(name: SyntaxNode): string[] {
  if (name.kind === kind("Identifier")) return [name.text];
  return (name.elements ?? []).flatMap((element) => (element.name === undefined ? [] : boundNames(element.name)));
}

/** A function keeps its place, so that it can be called above it, but under another name; the variable is set at the start of the cell. */
const hidden = (name: string): string => `${name}$cell`;

/** Whether a statement is a `using` or an `await using`. */
function isUsing(statement: SyntaxNode): boolean {
  const { Using, AwaitUsing } = ts.NodeFlags;
  return [Using, AwaitUsing].includes((statement.declarationList?.flags ?? 0) & AwaitUsing);
}

/** The module's text with its declarations exported in place. */
export function exportInPlace(source: string): TrackedText {
  const tracked = new TrackedText(source);
  const file = ts.createSourceFile("cell.js", source, ts.ScriptTarget.Latest);
  const lists = file.statements.filter(
    (s) => s.kind === kind("ExportDeclaration") && s.exportClause?.elements !== undefined,
  );
  const exported = new Set(
    lists.flatMap((s) =>
      (s.exportClause?.elements ?? []).flatMap((e) => (e.propertyName === undefined && e.name ? [e.name.text] : [])),
    ),
  );
  const done = new Set<string>();
  const edits: { start: number; end: number; text: string }[] = [];
  const insert = (at: number, text: string): number => edits.push({ start: at, end: at, text });
  const functions: string[] = [];
  for (const statement of file.statements) {
    const start = statement.getStart(file);
    if (statement.kind === kind("VariableStatement") && !statement.modifiers?.length) {
      const names = (statement.declarationList?.declarations ?? []).flatMap((d) => (d.name ? boundNames(d.name) : []));
      // a resource is exported by the list at the end: `using` has no place for `export`
      if (isUsing(statement) || names.length === 0 || !names.every((name) => exported.has(name))) continue;
      insert(start, "export ");
      for (const name of names) done.add(name);
    } else if (statement.kind === kind("FunctionDeclaration") && statement.name && exported.has(statement.name.text)) {
      edits.push({
        start: statement.name.getStart(file),
        end: statement.name.getEnd(),
        text: hidden(statement.name.text),
      });
      functions.push(statement.name.text);
      done.add(statement.name.text);
    } else if (statement.kind === kind("ClassDeclaration") && statement.name && exported.has(statement.name.text)) {
      insert(start, `export let ${statement.name.text} = `);
      insert(statement.getEnd(), ";");
      done.add(statement.name.text);
    }
  }
  for (const list of lists) {
    const left = (list.exportClause?.elements ?? []).filter(
      (e) => !(e.propertyName === undefined && e.name && done.has(e.name.text)),
    );
    const texts = left.map((e) => source.slice(e.getStart(file), e.getEnd()));
    edits.push({ start: list.getStart(file), end: list.getEnd(), text: `export { ${texts.join(", ")} };` });
  }
  // the function is shown under the name that it was given
  const named = functions.map(
    (name) => `export let ${name} = Object.defineProperty(${hidden(name)}, "name", { value: "${name}" });`,
  );
  tracked.apply(named.length > 0 ? [{ start: 0, end: 0, text: `${named.join(" ")} ` }, ...edits] : edits);
  return tracked;
}
