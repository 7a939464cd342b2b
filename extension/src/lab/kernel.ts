/** Finds the kernel of a node of the page, and asks it about names. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { ISessionContext } from "@jupyterlab/apputils";
import { Text } from "@jupyterlab/coreutils";
import type { Kernel } from "@jupyterlab/services";
import type { Widget } from "@lumino/widgets";

/** Name of the kernelspec. */
export const kernelName = "tapelab";

/** Returns the Tapelab kernel of the notebook or console that contains a node; `null` if there is none or it cannot answer. */
export type KernelAt = (node: Node) => Kernel.IKernelConnection | null;

/** Returns the session of a notebook or console; `null` for other widgets. */
const sessionOf = (widget: Widget): ISessionContext | null =>
  "sessionContext" in widget ? (widget.sessionContext as ISessionContext) : null;

/** Returns a function that finds the kernel of a node among the widgets of the shell. */
export function kernelsOf(shell: JupyterFrontEnd.IShell): KernelAt {
  return (node) => {
    for (const area of ["main", "down", "left", "right"])
      for (const widget of shell.widgets(area))
        if (widget.node.contains(node)) return answering(sessionOf(widget)?.session?.kernel ?? null);
    return null;
  };
}

const answering = (kernel: Kernel.IKernelConnection | null): Kernel.IKernelConnection | null =>
  kernel?.name === kernelName && (kernel.status === "idle" || kernel.status === "busy") ? kernel : null;

/** Asks for the documentation of the name at an offset of a cell, as Markdown; `null` if there is none. */
export async function explain(kernel: Kernel.IKernelConnection, code: string, offset: number): Promise<string | null> {
  const cursor = Text.jsIndexToCharIndex(offset, code);
  // the kernel may be restarted before it answers
  const reply = await kernel.requestInspect({ code, cursor_pos: cursor, detail_level: 0 }).catch(() => null);
  if (reply?.content.status !== "ok" || !reply.content.found) return null;
  const text = reply.content.data["text/markdown"];
  return typeof text === "string" ? text : null;
}
