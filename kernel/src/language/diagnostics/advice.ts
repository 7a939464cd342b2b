/** Advice that is added to compiler messages about names of the engine and about `++` of tensors. */

import { engineTypes } from "../compiler/options.ts";
import type { NamedSymbol, Program } from "../compiler/program-api.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";

/** Returns the exports of the engine. */
function engineExports(program: Program): readonly NamedSymbol[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFiles().find((f) => f.fileName === engineTypes);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  return module === undefined ? [] : checker.getExportsAndPropertiesOfModule(module);
}

/** Returns the import statement for each name that the engine exports. */
function importStatements(program: Program): ReadonlyMap<string, string> {
  const checker = program.getTypeChecker();
  return new Map(
    engineExports(program).map((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const type = (target.flags & ts.SymbolFlags.Value) === 0 ? "type " : "";
      return [symbol.name, `import { ${type}${symbol.name} } from "tapelab";`];
    }),
  );
}

/** Returns the namespace, `nn`, `F` or `optim`, that contains a name; `null` if none does. */
function namespaceOf(program: Program, name: string): string | null {
  const checker = program.getTypeChecker();
  for (const symbol of engineExports(program)) {
    if (!["nn", "F", "optim"].includes(symbol.name) || (symbol.flags & ts.SymbolFlags.Alias) === 0) continue;
    const members = checker.getExportsAndPropertiesOfModule(checker.getAliasedSymbol(symbol));
    if (members.some((member) => member.name === name)) return symbol.name;
  }
  return null;
}

/** Returns advice on a name that no cell declares. */
function adviceOnName(program: Program, name: string): string {
  const statement = importStatements(program).get(name);
  if (statement !== undefined) return ` To import it: ${statement}`;
  if (name === "torch") return ' What PyTorch has in torch is in tapelab: import * as torch from "tapelab";';
  const namespace = namespaceOf(program, name);
  return namespace === null ? "" : ` It is ${namespace}.${name}, of: import { ${namespace} } from "tapelab";`;
}

/** Returns completions for exports of the engine that are not imported. If the name is used without an import, the error contains the statement. */
export const importableNames = (
  program: Program,
  prefix: string,
  inScope: ReadonlySet<string>,
): { readonly text: string; readonly type: string }[] =>
  [...importStatements(program).keys()]
    .filter((name) => name.startsWith(prefix) && !inScope.has(name))
    .map((text) => ({ text, type: "import from tapelab" }));

/** Returns the advice on a message at an offset of the cell's file; "" if there is none. */
export function adviceOn(program: Program, file: SyntaxNode, message: string, offset: number): string {
  const name = /^Cannot find name '([^']+)'/.exec(message)?.[1];
  if (name !== undefined) return adviceOnName(program, name);
  if (!message.startsWith("An arithmetic operand must be of type")) return "";
  const operand = ts.getTouchingPropertyName(file, offset);
  const isTensor = program.getTypeChecker().getTypeAtLocation(operand).symbol?.name === "Tensor";
  return isTensor ? ` Of a tensor, write ${operand.text} = ${operand.text} + 1` : "";
}
