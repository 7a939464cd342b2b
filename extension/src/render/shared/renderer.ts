/** Renderers of kinds of output, and how they are added to a registry of JupyterLab. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Output, OutputData } from "tapelab/view";
import type { ViewContext } from "./view.js";

/** The part of a kind of output that its renderer reads. */
export type RenderedOutput<D extends OutputData> = Pick<Output<D>, "mime" | "read">;

/** A kind of output, and the function that makes a view of it. */
export interface Renderer {
  readonly output: RenderedOutput<OutputData>;
  readonly create: (context: ViewContext) => IRenderMime.IRenderer;
  /** Whether the view does nothing without a kernel, so that outside of a notebook other representations are shown. */
  readonly needsKernel?: boolean;
}

/** Ranks of a registry: the lowest wins. That of HTML is 50, that of widgets -10. */
const rank = -20;

/** Adds the renderers. They are `safe`, that is they draw untrusted notebooks too, as data becomes text and attributes only. */
export function addRenderers(
  registry: { addFactory(factory: IRenderMime.IRendererFactory, rank?: number): void },
  context: Omit<ViewContext, "latex">,
  renderers: readonly Renderer[],
): void {
  for (const { output, create, needsKernel = false } of renderers) {
    if (needsKernel && context.link === null) continue;
    registry.addFactory(
      {
        safe: true,
        mimeTypes: [output.mime],
        createRenderer: ({ latexTypesetter }) => create({ ...context, latex: latexTypesetter }),
      },
      rank,
    );
  }
}
