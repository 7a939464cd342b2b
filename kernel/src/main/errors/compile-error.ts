/** Shows the compiler messages of a cell, as an error or as a warning. */
import { stripVTControlCharacters } from "node:util";
import type { Diagnostic } from "../../shared/compilation.ts";
import { withoutInstallation } from "../locations/installation.ts";
import { excerpt, headLines } from "./excerpt.ts";
import type { ErrorContent } from "./traceback.ts";

const linesOf = (diagnostics: readonly Diagnostic[], title: string, cell: string, code: string): string[] =>
  diagnostics.flatMap((d) => [
    ...headLines(title, withoutInstallation(d.message)),
    ...(d.file === null ? excerpt(code, d.line, d.column, d.endLine === d.line ? d.endColumn - d.column : 1) : []),
    `    at (${d.file ?? cell}:${d.line}:${d.column})`,
  ]);

/** Returns the error of a cell that does not compile. */
export const compileError = (diagnostics: readonly Diagnostic[], cell: string, code: string): ErrorContent => ({
  ename: "CompileError",
  evalue: diagnostics
    .map((d) => `${d.file === null ? "" : `${d.file} `}${d.line}:${d.column} ${withoutInstallation(d.message)}`)
    .join("\n"),
  traceback: linesOf(diagnostics, "CompileError", cell, code),
});

/** Returns a display of the type errors that do not stop a cell. They are not written to stderr, which graders count as a failure. */
export function compileWarning(diagnostics: readonly Diagnostic[], cell: string, code: string): object {
  const text = stripVTControlCharacters(linesOf(diagnostics, "TypeWarning", cell, code).join("\n"));
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const html = `<pre style="margin:0;padding:4px 8px;border-left:4px solid var(--jp-warn-color1,#b35900);background:var(--jp-warn-color3,#fff3e0);color:var(--jp-ui-font-color0,#000)">${escaped}</pre>`;
  return { data: { "text/plain": text, "text/html": html }, metadata: {} };
}
