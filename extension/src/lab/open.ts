/** Opens files in JupyterLab's editor. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { CodeEditor } from "@jupyterlab/codeeditor";
import type { OpenFile } from "./links.ts";

/** Part of the widget of a document in an editor. */
interface EditorDocument {
  readonly content?: { readonly editor?: CodeEditor.IEditor };
  readonly context?: { readonly ready: Promise<void> };
}

/** Returns a function that opens a file and puts the cursor on a line. */
export function fileOpener({ commands }: JupyterFrontEnd): OpenFile {
  return async (path, line, column) => {
    const opened: unknown = await commands.execute("docmanager:open", { path, factory: "Editor" }).catch(() => null);
    const { content, context } = (opened ?? {}) as EditorDocument;
    await context?.ready;
    const editor = content?.editor;
    if (editor === undefined) return false;
    const position = { line: Math.min(line, editor.lineCount) - 1, column: column - 1 };
    editor.setCursorPosition(position);
    editor.revealPosition(position);
    editor.focus();
    return true;
  };
}
