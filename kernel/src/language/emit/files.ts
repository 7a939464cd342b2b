/** Compiling the files that cells import, one by one, to the bodies of functions that run as modules. */
import { readFileSync } from "node:fs";
import { dirname, extname } from "node:path";
import type { CompiledFile } from "../../shared/compilation.ts";
import { TrackedText } from "../../shared/tracked-text.ts";
import type { SyntaxNode } from "../compiler/api.ts";
import { dynamicSyntax, notingImports } from "../compiler/module-syntax.ts";
import { emitSettings } from "../compiler/tsconfig.ts";
import { compiler, target } from "../compiler/typescript.ts";
import { guardAwaits } from "./awaits.ts";

const kind = (name: string): number => compiler.SyntaxKind[name] as number;

const isFunction = (node: SyntaxNode): boolean =>
  /Function|Method|Accessor|Constructor/.test(compiler.SyntaxKind[node.kind] ?? "");

const isAwait = ({ kind: is, flags, awaitModifier }: SyntaxNode): boolean =>
  is === kind("AwaitExpression") ||
  awaitModifier !== undefined ||
  (is === kind("VariableDeclarationList") && (flags & compiler.NodeFlags.AwaitUsing) === compiler.NodeFlags.AwaitUsing);

/** Whether a file is an ES module, and whether it awaits at its top level. */
function syntaxOf(file: SyntaxNode): { readonly isModule: boolean; readonly awaits: boolean } {
  let hasMeta = false;
  let awaits = false;
  const visit = (node: SyntaxNode, inFunction: boolean): void => {
    hasMeta ||= node.kind === kind("MetaProperty") && node.name?.text === "meta";
    awaits ||= !inFunction && isAwait(node);
    compiler.forEachChild(node, (child) => visit(child, inFunction || isFunction(node)));
  };
  visit(file, false);
  const declares = (file.statements ?? []).some(
    (s) =>
      [kind("ImportDeclaration"), kind("ExportDeclaration"), kind("ExportAssignment")].includes(s.kind) ||
      s.modifiers?.some((m) => m.kind === kind("ExportKeyword")) === true,
  );
  return { isModule: hasMeta || awaits || declares, awaits };
}

/** The first syntax error of a file, with its place. */
function syntaxError(file: SyntaxNode & { readonly parseDiagnostics?: readonly SyntaxFault[] }): CompiledFile["error"] {
  const [first] = file.parseDiagnostics ?? [];
  if (first === undefined) return null;
  const { line, character } = compiler.getLineAndCharacterOfPosition(file, first.start);
  const message = compiler.flattenDiagnosticMessageText(first.messageText, "\n");
  return { message, line: line + 1, column: character + 1 };
}

interface SyntaxFault {
  readonly start: number;
  readonly messageText: unknown;
}

const mapComment = /\n?\/\/# sourceMappingURL=.*\s*$/;

/** The module's text with its types taken off, and awaits that an interrupt reaches. */
function asJavaScript(path: string, text: string): { readonly tracked: TrackedText; readonly map: string } {
  const { outputText, sourceMapText = "" } = compiler.transpileModule(text, {
    fileName: path,
    compilerOptions: {
      jsx: compiler.JsxEmit.React,
      ...emitSettings(dirname(path)),
      // import and export stay, and those with require and = become CommonJS
      module: compiler.ModuleKind.Preserve,
      target: compiler.ScriptTarget.ESNext,
      allowJs: true,
      sourceMap: true,
    },
  });
  return { tracked: guarded(path, outputText.replace(mapComment, "\n")), map: sourceMapText };
}

const guarded = (path: string, text: string): TrackedText => guardAwaits(new TrackedText(text), JSON.stringify(path));

const instrumented = (tracked: TrackedText): CompiledFile["instrumented"] => ({
  original: tracked.original,
  text: tracked.text,
  runs: tracked.runs(),
});

/** Compiles a file for running; a CommonJS module stays as it is, but for its awaits. */
export function compileFile(path: string): CompiledFile {
  const text = readFileSync(path, "utf8")
    .replace(/^\uFEFF/, "")
    .replace(/^#!/, "//");
  const file = compiler.createSourceFile(path, text, compiler.ScriptTarget.Latest, true);
  const { isModule, awaits } = syntaxOf(file);
  const error = syntaxError(file);
  const extension = extname(path);
  if (error !== null) return { output: "", maps: null, instrumented: null, awaits, imports: [], error };
  if (extension === ".cjs" || (extension === ".js" && !isModule)) {
    const tracked = guarded(path, text);
    return { output: tracked.text, maps: null, instrumented: instrumented(tracked), awaits: false, imports: [], error };
  }
  const { tracked, map } = asJavaScript(path, text);
  const imports: string[] = [];
  const { outputText, sourceMapText = "" } = compiler.transpileModule(tracked.text, {
    fileName: "module.js",
    compilerOptions: {
      module: compiler.ModuleKind.CommonJS,
      target,
      esModuleInterop: true,
      allowJs: true,
      sourceMap: true,
    },
    transformers: {
      before: [dynamicSyntax(compiler, "$tapelab_import", "$tapelab_meta")],
      after: [notingImports(compiler, imports, "$tapelab_require", true)],
    },
  });
  const output = outputText.replace(mapComment, "\n");
  return { output, maps: [map, sourceMapText], instrumented: instrumented(tracked), awaits, imports, error };
}
