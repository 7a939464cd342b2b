/** The kernel behind a place of the page, and what it says of names. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { ISessionContext } from "@jupyterlab/apputils";
import { Text } from "@jupyterlab/coreutils";
import type { Kernel } from "@jupyterlab/services";
import type { Widget } from "@lumino/widgets";

/** The name of the kernelspec. */
export const kernelName = "tapelab";

/** Returns the Tapelab kernel of the notebook or console that holds a node, while the kernel can answer. */
export type KernelAt = (node: Node) => Kernel.IKernelConnection | null;

/** Notebooks and consoles have a session; other widgets do not. */
const sessionOf = (widget: Widget): ISessionContext | null =>
  "sessionContext" in widget ? (widget.sessionContext as ISessionContext) : null;

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

/** Asks what the name at an offset of a cell is; the documentation as Markdown, or null where there is none. */
export async function explain(kernel: Kernel.IKernelConnection, code: string, offset: number): Promise<string | null> {
  const cursor = Text.jsIndexToCharIndex(offset, code);
  // the kernel may be restarted before it answers
  const reply = await kernel.requestInspect({ code, cursor_pos: cursor, detail_level: 0 }).catch(() => null);
  if (reply?.content.status !== "ok" || !reply.content.found) return null;
  const text = reply.content.data["text/markdown"];
  return typeof text === "string" ? text : null;
}
