/** The variables that get a value when a cell runs. */
import type { DeclaredValue } from "../../shared/compilation.ts";
import { cellFile } from "../compiler/compilation.ts";
import { boundNames, kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";

/** Returns the names that an import statement binds to values. */
function importedValues({ importClause: clause }: SyntaxNode): string[] {
  if (!clause || clause.isTypeOnly === true) return [];
  const bindings = clause.namedBindings;
  const names = [
    clause.name,
    bindings?.name,
    ...(bindings?.elements ?? []).filter((e) => e.isTypeOnly !== true).map((e) => e.name),
  ];
  return names.flatMap((name) => (name ? [name.text] : []));
}

/** Returns the variables of a cell with the source offsets at which their declarations end; 0 for a function, which has its value from the start. */
export function declaredValues(code: string): DeclaredValue[] {
  const file = ts.createSourceFile(cellFile, code, ts.ScriptTarget.Latest);
  return file.statements.flatMap((statement) => {
    const end = statement.getEnd();
    const { declarationList, name, modifiers } = statement;
    if (modifiers?.some((m) => m.kind === kind("DeclareKeyword"))) return [];
    if (declarationList)
      return (declarationList.declarations ?? []).flatMap((d) =>
        d.name && d.initializer ? boundNames(d.name).map((bound) => ({ name: bound, end: d.getEnd() })) : [],
      );
    const imported = importedValues(statement);
    if (imported.length > 0) return imported.map((each) => ({ name: each, end }));
    if (statement.kind === kind("FunctionDeclaration")) return name ? [{ name: name.text, end: 0 }] : [];
    const hasValue = statement.kind === kind("ClassDeclaration") || statement.kind === kind("EnumDeclaration");
    return hasValue && name ? [{ name: name.text, end }] : [];
  });
}
