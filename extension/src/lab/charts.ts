/** Vega charts follow the theme: JupyterLab's own renderer reads it once, when it draws. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";

const vegaMimes = ["application/vnd.vegalite.v5+json", "application/vnd.vega.v5+json"];

/** Below that of JupyterLab's, which is 57: the lowest wins. */
const rank = 56;

interface Registry {
  getFactory(mime: string): IRenderMime.IRendererFactory | undefined;
  addFactory(factory: IRenderMime.IRendererFactory, rank?: number): void;
}

/** A drawn chart, and how to draw it anew. */
interface Drawn {
  readonly renderer: IRenderMime.IRenderer;
  readonly draw: () => Promise<void>;
}

/** The model with options of its own: the renderer notes the theme in them, and would keep a dark one. */
function fresh(model: IRenderMime.IMimeModel): IRenderMime.IMimeModel {
  return {
    trusted: model.trusted,
    data: model.data,
    metadata: structuredClone(model.metadata),
    setData: (options) => model.setData(options),
  };
}

/** Draws charts of a registry's renderers again when the theme changes. */
export function followTheme(registry: Registry): void {
  const drawn = new Set<Drawn>();
  const observer = new MutationObserver(() => {
    for (const chart of drawn) {
      if (chart.renderer.isDisposed) drawn.delete(chart);
      else void chart.draw();
    }
  });
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  for (const mime of vegaMimes) {
    const factory = registry.getFactory(mime);
    if (factory === undefined) continue;
    const createRenderer = (options: IRenderMime.IRendererOptions): IRenderMime.IRenderer => {
      const renderer = factory.createRenderer(options);
      const render = renderer.renderModel.bind(renderer);
      let chart: Drawn | null = null;
      renderer.renderModel = (model) => {
        if (chart !== null) drawn.delete(chart);
        chart = { renderer, draw: () => render(fresh(model)) };
        drawn.add(chart);
        return chart.draw();
      };
      return renderer;
    };
    registry.addFactory({ safe: factory.safe, mimeTypes: [mime], createRenderer }, rank);
  }
}
