/** Renderer factories of the views. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { confusionMime, controlsMime, gradientsMime, tapeMime, tensorMime } from "tapelab/view";
import { ConfusionView } from "./render/confusion/view.js";
import { ControlsView } from "./render/controls/view.js";
import { GradientsView } from "./render/gradients/view.js";
import type { Surroundings } from "./render/shared/view.js";
import { TapeView } from "./render/tape/view.js";
import { TensorView } from "./render/tensor/view.js";

/** Below those of HTML, which is 50, and of widgets, which is -10: the lowest wins. */
const rank = -20;

const views: Readonly<Record<string, (around: Surroundings) => IRenderMime.IRenderer>> = {
  [tapeMime]: (around) => new TapeView(around),
  [gradientsMime]: (around) => new GradientsView(around),
  [tensorMime]: (around) => new TensorView(around),
  [confusionMime]: (around) => new ConfusionView(around),
};

/** Those that need a kernel, without which they are left to the front end's widgets. */
const connectedViews: typeof views = { [controlsMime]: (around) => new ControlsView(around) };

/** Adds the factories; `safe`, as they show data as text only, so untrusted notebooks are drawn too. */
export function addFactories(
  rendermime: { addFactory(factory: IRenderMime.IRendererFactory, rank?: number): void },
  around: Omit<Surroundings, "latex">,
): void {
  for (const [mime, make] of Object.entries(around.link === null ? views : { ...views, ...connectedViews }))
    rendermime.addFactory(
      {
        safe: true,
        mimeTypes: [mime],
        createRenderer: ({ latexTypesetter }) => make({ ...around, latex: latexTypesetter }),
      },
      rank,
    );
}
