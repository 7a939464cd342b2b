/** Renderer factories for the three MIME types. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { gradientsMime, tapeMime, tensorMime } from "tapelab/view";
import type { Jump } from "./lab/jump.js";
import { GradientsView } from "./render/gradients.js";
import { TapeView } from "./render/tape.js";
import { TensorView } from "./render/tensor.js";
import type { Surroundings } from "./render/view.js";

/** Below that of HTML, which is 50: the lowest wins. */
const rank = 10;

const views: Readonly<Record<string, (around: Surroundings) => IRenderMime.IRenderer>> = {
  [tapeMime]: (around) => new TapeView(around),
  [gradientsMime]: (around) => new GradientsView(around),
  [tensorMime]: (around) => new TensorView(around),
};

/** Adds the factories; `safe`, as they show data as text only, so untrusted notebooks are drawn too. */
export function addFactories(
  rendermime: { addFactory(factory: IRenderMime.IRendererFactory, rank?: number): void },
  jump: Jump | null,
): void {
  for (const [mime, make] of Object.entries(views))
    rendermime.addFactory(
      {
        safe: true,
        mimeTypes: [mime],
        createRenderer: ({ latexTypesetter }) => make({ jump, latex: latexTypesetter }),
      },
      rank,
    );
}
