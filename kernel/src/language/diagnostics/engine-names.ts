/** Names of the engine: how to import them, and which namespace has them. */

import { engineTypes } from "../compiler/options.ts";
import type { NamedSymbol, Program } from "../compiler/program-api.ts";
import { ts } from "../compiler/typescript.ts";
import { insteadOfExport, insteadOfName } from "./habits.ts";

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

/** Returns the paths at which namespaces of the engine, and those in them, have a name: `autograd.grad` and `func.grad`, `optim.lrScheduler.StepLR`. */
function pathsOf(program: Program, name: string): string[] {
  const checker = program.getTypeChecker();
  const within = (symbol: NamedSymbol, depth: number): string[] => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    if ((target.flags & ts.SymbolFlags.ValueModule) === 0) return [];
    const members = checker.getExportsAndPropertiesOfModule(target);
    const inner = depth === 1 ? [] : members.flatMap((member) => within(member, depth - 1));
    return [...(members.some((m) => m.name === name) ? [name] : []), ...inner].map((path) => `${symbol.name}.${path}`);
  };
  return engineExports(program).flatMap((symbol) => within(symbol, 2));
}

/** Returns the names of the dtypes. */
export function dtypesOf(program: Program): readonly unknown[] {
  const checker = program.getTypeChecker();
  const symbol = engineExports(program).find((s) => s.name === "DType");
  if (symbol === undefined) return [];
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return checker.getDeclaredTypeOfSymbol(target).types?.map((type) => type.value) ?? [];
}

/** Returns advice on a name that only namespaces of the engine have; `null` if none has it. */
function adviceOnMember(program: Program, name: string): string | null {
  const paths = pathsOf(program, name);
  if (paths.length === 0) return null;
  const roots = [...new Set(paths.map((path) => path.slice(0, path.indexOf("."))))];
  return `It is ${paths.join(", or ")}, of: import { ${roots.join(", ")} } from "tapelab";`;
}

/** Returns advice on a variable that no cell declares. */
export function adviceOnName(program: Program, name: string): string | null {
  const statement = importStatements(program).get(name);
  return statement === undefined
    ? (insteadOfName(name) ?? adviceOnMember(program, name))
    : `To import it: ${statement}`;
}

/** Returns advice on an export that the engine does not have. */
export function adviceOnExport(program: Program, name: string): string | null {
  if (dtypesOf(program).includes(name)) return `A dtype is written as text: "${name}".`;
  const statement = importStatements(program).get(name);
  if (statement !== undefined) return `To import it: ${statement}`;
  return adviceOnMember(program, name) ?? insteadOfExport(name);
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
