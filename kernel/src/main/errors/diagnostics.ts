/** Diagnostics of a cell, as an error or as a warning. */
import { stripVTControlCharacters } from "node:util";
import type { Diagnostic } from "../../shared/messages.ts";
import { withoutInstallation } from "../locations/installation.ts";
import { excerpt, headLines } from "./excerpt.ts";
import type { ErrorContent } from "./traceback.ts";

const listed = (diagnostics: readonly Diagnostic[], title: string, cell: string, code: string): string[] =>
  diagnostics.flatMap((d) => [
    ...headLines(title, withoutInstallation(d.message)),
    ...(d.file === null ? excerpt(code, d.line, d.column, d.endLine === d.line ? d.endColumn - d.column : 1) : []),
    `    at (${d.file ?? cell}:${d.line}:${d.column})`,
  ]);

/** The error of a cell that does not compile. */
export const describeDiagnostics = (diagnostics: readonly Diagnostic[], cell: string, code: string): ErrorContent => ({
  ename: "CompileError",
  evalue: diagnostics
    .map((d) => `${d.file === null ? "" : `${d.file} `}${d.line}:${d.column} ${withoutInstallation(d.message)}`)
    .join("\n"),
  traceback: listed(diagnostics, "CompileError", cell, code),
});

/** An output with the type errors that a cell runs in spite of. It is no text of stderr: graders count that as a failure. */
export function describeWarnings(diagnostics: readonly Diagnostic[], cell: string, code: string): object {
  const text = stripVTControlCharacters(listed(diagnostics, "TypeWarning", cell, code).join("\n"));
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const html = `<pre style="margin:0;padding:4px 8px;border-left:4px solid var(--jp-warn-color1,#b35900);background:var(--jp-warn-color3,#fff3e0);color:var(--jp-ui-font-color0,#000)">${escaped}</pre>`;
  return { data: { "text/plain": text, "text/html": html }, metadata: {} };
}
