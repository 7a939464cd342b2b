/** Advice on the code to write instead, behind messages of the compiler about names of tapelab and about operators that tensors do not have. */
import type { Program, SyntaxNode } from "../compiler/api.ts";
import { engineTypes, ts } from "../compiler/typescript.ts";

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

/** Returns the name with which a layer or loss is found in `nn`, or a function in `F`; `null` where it is in neither. */
function memberOf(program: Program, name: string): string | null {
  const checker = program.getTypeChecker();
  const file = program.getSourceFiles().find((f) => f.fileName === engineTypes);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (module === undefined) return null;
  for (const symbol of checker.getExportsAndPropertiesOfModule(module)) {
    if (!["nn", "F", "optim"].includes(symbol.name) || (symbol.flags & ts.SymbolFlags.Alias) === 0) continue;
    const members = checker.getExportsAndPropertiesOfModule(checker.getAliasedSymbol(symbol));
    if (members.some((member) => member.name === name)) return symbol.name;
  }
  return null;
}

/** Says how a name is had that no cell declares. */
function adviceOnName(program: Program, name: string): string {
  const statement = importable(program).get(name);
  if (statement !== undefined) return ` To import it: ${statement}`;
  if (name === "torch") return ' What PyTorch has in torch is in tapelab: import * as torch from "tapelab";';
  const owner = memberOf(program, name);
  return owner === null ? "" : ` It is ${owner}.${name}, of: import { ${owner} } from "tapelab";`;
}

/** By a member that PyTorch's tensors have in Python, the method to call instead. */
const pythonWays: readonly (readonly [RegExp, string])[] = [
  [
    /can't be used to index type '[^']*\bTensor\b/,
    " Of a tensor, write t.index(0), and t.index(0).item() for a number",
  ],
  [
    /^Type '[^']*\bTensor' must have a '\[Symbol\.iterator\]/,
    " Rows of a tensor are t.index(0) to t.index(t.shape[0] - 1)",
  ],
];

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
  if (name !== undefined) return adviceOnName(program, name);
  const way = pythonWays.find(([said]) => said.test(message))?.[1];
  if (way !== undefined) return way;
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
