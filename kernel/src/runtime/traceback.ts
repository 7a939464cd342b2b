/** Errors as a person wants to read them: message, the line with a mark under it, and the frames of their own code. */
import { offsetOf } from "../language/positions.ts";
import type { Diagnostic } from "../threads.ts";
import { type CellPosition, locate } from "./cells.ts";
import { locateInFile } from "./files.ts";
import { causesOf, readError, shown } from "./thrown.ts";

/** The content of Jupyter's `error` message. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

const frame = /^\s*at (?:(?<name>.*?) \()?(?:async )?(?<file>(?:file:\/\/)?[^()]+?):(?<line>\d+):(?<column>\d+)\)?$/;

/** The typed line, and carets from `column` on. */
export function excerpt(code: string, line: number, column: number, width = 1): string[] {
  const text = code.split("\n")[line - 1];
  if (text === undefined) return [];
  const gutter = `${line}`.padStart(4);
  return [
    `${gutter} | ${text}`,
    `${" ".repeat(gutter.length)} | ${" ".repeat(Math.max(column - 1, 0))}${"^".repeat(Math.max(width, 1))}`,
  ];
}

/** Frames of cells in the cells' own lines, and of the person's files; the rest is counted. */
function frames(stack: string): { readonly lines: readonly string[]; readonly top: CellPosition | null } {
  const lines: string[] = [];
  let top: CellPosition | null = null;
  let hidden = 0;
  const fold = (): void => {
    if (hidden > 0) lines.push(`    … ${hidden} more inside libraries`);
    hidden = 0;
  };
  for (const text of stack.split("\n")) {
    const found = frame.exec(text)?.groups;
    if (!found) continue;
    const { file = "", line = "1", column = "1", name } = found;
    if (file.startsWith("cell[")) {
      const at = locate(file, Number(line), Number(column));
      // code that the compiler added has no place in the cell
      if (at === null) continue;
      fold();
      top ??= at;
      // functions of earlier cells are called as properties of the notebook's variables
      const called =
        name === undefined || name === "<anonymous>" || name === "eval"
          ? ""
          : `${name.replace(/^(exports|Object)\./, "")} `;
      lines.push(`    at ${called}(${file}:${at.line}:${at.column})`);
    } else if (
      file.startsWith("node:") ||
      file.includes("node_modules") ||
      file.includes("/engine/dist/") ||
      file.includes("/kernel/dist/")
    )
      hidden++;
    else {
      fold();
      const at = locateInFile(file, { line: Number(line), column: Number(column) });
      lines.push(text.replace(/:\d+:\d+(\)?)$/, `:${at.line}:${at.column}$1`));
    }
  }
  // what called the first cell is the kernel itself
  return { lines, top };
}

/** Returns the offset in a cell's text of the outermost call that an error passed through in that cell, if its stack tells. */
export function offsetIn(thrown: unknown, cell: string): number | null {
  const stack = readError(thrown)?.stack ?? "";
  const outermost = stack
    .split("\n")
    .map((line) => frame.exec(line)?.groups)
    .findLast((f) => f?.["file"] === cell);
  const at = outermost ? locate(cell, Number(outermost["line"]), Number(outermost["column"])) : null;
  return at === null ? null : offsetOf(at.cell.code, at.line - 1, at.column - 1);
}

/** What a cell threw. */
export function describeThrown(thrown: unknown): ErrorContent {
  const { causes, note } = causesOf(thrown);
  const first = describeOne(thrown);
  const rest = causes.flatMap((cause) => {
    const [head = "", ...lines] = describeOne(cause).traceback;
    return [`Caused by: ${head}`, ...lines];
  });
  return { ...first, traceback: [...first.traceback, ...rest, ...(note === null ? [] : [note])] };
}

/** Without its causes. */
function describeOne(thrown: unknown): ErrorContent {
  const error = readError(thrown);
  if (error === null) {
    const text = shown(thrown);
    return { ename: "Thrown", evalue: text, traceback: `Thrown: ${text}`.split("\n") };
  }
  const { name, message, stack } = error;
  const { lines, top } = frames(stack);
  const marked = top === null ? [] : excerpt(top.cell.code, top.line, top.column);
  return { ename: name, evalue: message, traceback: [...`${name}: ${message}`.split("\n"), ...marked, ...lines] };
}

/** The same as text. */
export const thrownText = (thrown: unknown): string => describeThrown(thrown).traceback.join("\n");

const listed = (diagnostics: readonly Diagnostic[], title: string, cell: string, code: string): string[] =>
  diagnostics.flatMap((d) => [
    `${title}: ${d.message}`,
    ...(d.file === null ? excerpt(code, d.line, d.column, d.endLine === d.line ? d.endColumn - d.column : 1) : []),
    `    at (${d.file ?? cell}:${d.line}:${d.column})`,
  ]);

/** What the compiler found. */
export const describeDiagnostics = (diagnostics: readonly Diagnostic[], cell: string, code: string): ErrorContent => ({
  ename: "CompileError",
  evalue: diagnostics.map((d) => `${d.file === null ? "" : `${d.file} `}${d.line}:${d.column} ${d.message}`).join("\n"),
  traceback: listed(diagnostics, "CompileError", cell, code),
});

/** An output with the type errors that a cell runs in spite of. It is no text of stderr: graders count that as a failure. */
export function describeWarnings(diagnostics: readonly Diagnostic[], cell: string, code: string): object {
  const text = listed(diagnostics, "TypeWarning", cell, code).join("\n");
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const html = `<pre style="margin:0;padding:4px 8px;border-left:4px solid var(--jp-warn-color1,#b35900);background:var(--jp-warn-color3,#fff3e0);color:var(--jp-ui-font-color0,#000)">${escaped}</pre>`;
  return { data: { "text/plain": text, "text/html": html }, metadata: {} };
}
