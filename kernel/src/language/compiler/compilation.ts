/** The input and output of the patched compiler: tslab's converter passes neither the text of a cell nor source maps on. */
import type { TypeErrors } from "../../shared/directives.ts";
import type { TrackedText } from "../../shared/tracked-text.ts";
import type { Finding } from "./finding.ts";
import type { Program } from "./program-api.ts";
import type { SyntaxNode } from "./syntax-node.ts";
import { compiler, ts } from "./typescript.ts";
import type { ProgramModules } from "./watch-host.ts";

/** Instruments a JavaScript module between the two compilations; `isCell`: whether it is a cell or a file that a cell imports. */
export type Instrumentation = (source: string, isCell: boolean) => TrackedText;

/** State of the current compilation. */
export const compilation: {
  /** The text of the cell, without the first line of its file. */
  text: string;
  instrument: Instrumentation | null;
  /** Options of type checking, from the tsconfig.json. */
  checks: Readonly<Record<string, unknown>>;
  typeErrors: TypeErrors;
  modules: ProgramModules | null;
  /** The latest program. */
  program: Program | null;
  /** Error that was thrown while the program was built. */
  failure: unknown;
  /** Source maps of the two compilations. */
  maps: readonly [string, string] | null;
  instrumented: TrackedText | null;
  /** Specifiers of the modules that the cell imports. */
  imports: readonly string[];
  /** Type errors that do not stop the cell. */
  warnings: readonly Finding[];
} = {
  text: "",
  instrument: null,
  checks: {},
  typeErrors: "error",
  modules: null,
  program: null,
  failure: null,
  maps: null,
  instrumented: null,
  imports: [],
  warnings: [],
};

/** Clears the outputs of the previous compilation. */
export function resetOutputs(): void {
  compilation.maps = null;
  compilation.instrumented = null;
  compilation.imports = [];
  compilation.warnings = [];
}

/** Name of the file that holds the cell, as tslab calls it. */
export const cellFile = "/__tslab__.ts";

/** Name of the file that holds the declarations of earlier cells. */
export const earlierFile = "__prev__.d.ts";

/** First line of the cell's file, which makes it a module; tslab relies on its length. */
export const firstLine = "export {};\n";

/** Whether a file holds the text of a cell: of a program, or parsed by itself. */
export const isCell = (name: string): boolean => name.endsWith(cellFile) || name === "cell.ts";

/** Returns the file of the cell in a program. */
export const cellIn = (program: Program): SyntaxNode | undefined =>
  program.getSourceFiles().find((file) => file.fileName?.endsWith(cellFile));

/** Returns the names that a text declares at its top level, types included. */
export function declaredNames(text: string): string[] {
  const file = ts.createSourceFile(cellFile, text, compiler.ScriptTarget.Latest);
  compiler.bindSourceFile(file, {});
  // the binder adds an underscore to names that begin with two; names that begin with exactly two are internal, and quoted ones are modules
  return [...(file.locals?.keys() ?? [])]
    .filter((name) => !/^(__[^_]|")/.test(name))
    .map((name) => (name.startsWith("___") ? name.slice(1) : name));
}

let compilations = 0;

/**
 * Returns a text with an export of all names that it declares. tslab would build one program to find the names, and another one with the export; this
 * way the first has it. A number makes every text unique, because emitting changes the syntax tree, which must not be used twice.
 */
export function withExports(text: string): string {
  const names = declaredNames(text);
  return `${text}\n${names.length > 0 ? `export { ${names.join(", ")} };` : ""} // ${++compilations}`;
}
