/** Compiles the files that cells import, one by one, to the bodies of functions that run as modules. */
import { readFileSync } from "node:fs";
import { dirname, extname } from "node:path";
import type { CompiledFile } from "../../shared/compilation.ts";
import { TrackedText } from "../../shared/tracked-text.ts";
import { dynamicSyntax, recordImports } from "../compiler/module-syntax.ts";
import { secondTarget } from "../compiler/options.ts";
import { hasOutsideFunctions, isAwait, kind } from "../compiler/syntax.ts";
import type { SourceFile, SyntaxNode } from "../compiler/syntax-node.ts";
import { emitSettings } from "../compiler/tsconfig.ts";
import { compiler } from "../compiler/typescript.ts";
import { instrumentAwaits } from "./awaits.ts";
import { stopAtReturns } from "./return-stops.ts";

const usesImportMeta = (node: SyntaxNode): boolean => {
  if (node.kind === kind("MetaProperty")) return node.name?.text === "meta";
  let found = false;
  compiler.forEachChild(node, (child) => void (found ||= usesImportMeta(child)));
  return found;
};

const isImportOrExport = (s: SyntaxNode): boolean =>
  [kind("ImportDeclaration"), kind("ExportDeclaration"), kind("ExportAssignment")].includes(s.kind) ||
  s.modifiers?.some((m) => m.kind === kind("ExportKeyword")) === true;

/** Whether a file contains syntax of ES modules. */
const isModule = (file: SyntaxNode, awaits: boolean): boolean =>
  awaits || (file.statements ?? []).some(isImportOrExport) || usesImportMeta(file);

/** Returns the first syntax error of a file, with its position. */
function syntaxError(file: SourceFile): CompiledFile["error"] {
  const [first] = file.parseDiagnostics ?? [];
  if (first === undefined) return null;
  const { line, character } = compiler.getLineAndCharacterOfPosition(file, first.start);
  const message = compiler.flattenDiagnosticMessageText(first.messageText, "\n");
  return { message, line: line + 1, column: character + 1 };
}

const mapComment = /\n?\/\/# sourceMappingURL=.*\s*$/;

const instrument = (path: string, text: string, isDebugged: boolean): TrackedText => {
  const tracked = new TrackedText(text);
  return instrumentAwaits(isDebugged ? stopAtReturns(tracked) : tracked, JSON.stringify(path));
};

/** Removes the types of a module, and instruments its awaits. */
function toJavaScript(
  path: string,
  text: string,
  isDebugged: boolean,
): { readonly tracked: TrackedText; readonly map: string } {
  const { outputText, sourceMapText = "" } = compiler.transpileModule(text, {
    fileName: path,
    compilerOptions: {
      jsx: compiler.JsxEmit.React,
      ...emitSettings(dirname(path)),
      // keeps `import` and `export`; `import x = require()` and `export =` become CommonJS
      module: compiler.ModuleKind.Preserve,
      target: compiler.ScriptTarget.ESNext,
      allowJs: true,
      sourceMap: true,
    },
  });
  return { tracked: instrument(path, outputText.replace(mapComment, "\n"), isDebugged), map: sourceMapText };
}

/** Compiles an ES module to CommonJS. */
function toCommonJS(text: string): { readonly output: string; readonly map: string; readonly imports: string[] } {
  const imports: string[] = [];
  const { outputText, sourceMapText = "" } = compiler.transpileModule(text, {
    fileName: "module.js",
    compilerOptions: {
      module: compiler.ModuleKind.CommonJS,
      target: secondTarget,
      esModuleInterop: true,
      allowJs: true,
      sourceMap: true,
    },
    transformers: {
      before: [dynamicSyntax(compiler, "$tapelab_import", "$tapelab_meta")],
      after: [recordImports(compiler, imports, "$tapelab_require", true)],
    },
  });
  return { output: outputText.replace(mapComment, "\n"), map: sourceMapText, imports };
}

const instrumentedOf = (tracked: TrackedText): CompiledFile["instrumented"] => ({
  original: tracked.original,
  text: tracked.text,
  runs: tracked.runs(),
});

/** Compiles a file. In a CommonJS module, only awaits and `return` are instrumented. `isDebugged`: whether a debugger is attached. */
export function compileFile(path: string, isDebugged = false): CompiledFile {
  const text = readFileSync(path, "utf8")
    .replace(/^\uFEFF/, "")
    .replace(/^#!/, "//");
  const file = compiler.createSourceFile(path, text, compiler.ScriptTarget.Latest, true);
  const awaits = hasOutsideFunctions(file, isAwait);
  const error = syntaxError(file);
  const extension = extname(path);
  if (error !== null) return { output: "", maps: null, instrumented: null, awaits, imports: [], error };
  if (extension === ".cjs" || (extension === ".js" && !isModule(file, awaits))) {
    const tracked = instrument(path, text, isDebugged);
    const instrumented = instrumentedOf(tracked);
    return { output: tracked.text, maps: null, instrumented, awaits: false, imports: [], error };
  }
  const { tracked, map } = toJavaScript(path, text, isDebugged);
  const { output, map: secondMap, imports } = toCommonJS(tracked.text);
  return { output, maps: [map, secondMap], instrumented: instrumentedOf(tracked), awaits, imports, error };
}
