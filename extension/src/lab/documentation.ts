/** Draws documentation: Markdown that JupyterLab sanitizes, with code in the colours of the theme. */
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { h } from "../dom.ts";

const mimeType = "text/markdown";

/** Draws Markdown; the node need not be disposed of. */
export async function drawDocumentation(rendermime: IRenderMimeRegistry, markdown: string): Promise<HTMLElement> {
  const renderer = rendermime.createRenderer(mimeType);
  await renderer.renderModel(rendermime.createModel({ data: { [mimeType]: markdown }, trusted: false }));
  return h("div", { class: "tapelab-documentation" }, renderer.node);
}
