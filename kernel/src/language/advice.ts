/** Advice on the code to write instead, behind messages of the compiler about names of tapelab and about operators that tensors do not have. */
import type { Program, SyntaxNode } from "./api.ts";
import { engineTypes, ts } from "./typescript.ts";

/** Methods for operators that have no rewriting. */
const comparisons: Readonly<Record<string, string>> = { "<": "lt", ">": "gt", "<=": "le", ">=": "ge" };

/** Returns the names that tapelab exports, each with the import to write. */
export function importable(program: Program): ReadonlyMap<string, string> {
  const checker = program.getTypeChecker();
  const file = program.getSourceFiles().find((f) => f.fileName === engineTypes);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  const found = module === undefined ? [] : checker.getExportsAndPropertiesOfModule(module);
  return new Map(
    found.map((symbol) => {
      const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const type = (meant.flags & ts.SymbolFlags.Value) === 0 ? "type " : "";
      return [symbol.name, `import { ${type}${symbol.name} } from "tapelab";`];
    }),
  );
}

/** Returns completions with names of tapelab that the notebook has not imported; the error says which import to write, should it be left out. */
export const notImported = (
  program: Program,
  typed: string,
  there: ReadonlySet<string>,
): { readonly text: string; readonly type: string }[] =>
  [...importable(program).keys()]
    .filter((name) => name.startsWith(typed) && !there.has(name))
    .map((text) => ({ text, type: "import from tapelab" }));

/** Returns what to add to a message about an offset of the cell's file; "" where there is nothing to say. */
export function adviceOn(program: Program, file: SyntaxNode, message: string, offset: number): string {
  const name = /^Cannot find name '([^']+)'/.exec(message)?.[1];
  if (name !== undefined) {
    const statement = importable(program).get(name);
    return statement === undefined ? "" : ` To import it: ${statement}`;
  }
  const operator =
    /^Operator '([<>]=?)' cannot be applied to types '[^']*\bTensor\b|^Operator '([<>]=?)' .*\band '[^']*\bTensor\b/.exec(
      message,
    );
  const comparison = operator?.[1] ?? operator?.[2];
  if (comparison !== undefined) return ` Tensors are compared by methods: a.${comparisons[comparison]}(b)`;
  if (!message.startsWith("An arithmetic operand must be of type")) return "";
  const operand = ts.getTouchingPropertyName(file, offset);
  const isTensor = program.getTypeChecker().getTypeAtLocation(operand).symbol?.name === "Tensor";
  return isTensor ? ` Of a tensor, write ${operand.text} = ${operand.text} + 1` : "";
}
