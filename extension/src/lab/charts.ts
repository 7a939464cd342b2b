/** Draws Vega charts again when the theme changes: JupyterLab's renderer reads the theme only when it draws. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";

const vegaMimes = ["application/vnd.vegalite.v5+json", "application/vnd.vega.v5+json"];

/** Rank of the renderers, below the 57 of JupyterLab's: the lowest wins. */
const rank = 56;

/** The part of a registry of renderers that is used. */
interface Registry {
  getFactory(mime: string): IRenderMime.IRendererFactory | undefined;
  addFactory(factory: IRenderMime.IRendererFactory, rank?: number): void;
}

/** A chart in the page, and a function that draws it again. */
interface Chart {
  readonly renderer: IRenderMime.IRenderer;
  readonly draw: () => Promise<void>;
}

/** Returns the model with a copy of its metadata: the renderer stores the theme there, and would use it again. */
function withOwnMetadata(model: IRenderMime.IMimeModel): IRenderMime.IMimeModel {
  return {
    trusted: model.trusted,
    data: model.data,
    metadata: structuredClone(model.metadata),
    setData: (options) => model.setData(options),
  };
}

/** Makes the charts that a registry's renderers draw follow the theme. */
export function followTheme(registry: Registry): void {
  const drawn = new Set<Chart>();
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
      let chart: Chart | null = null;
      renderer.renderModel = (model) => {
        if (chart !== null) drawn.delete(chart);
        chart = { renderer, draw: () => render(withOwnMetadata(model)) };
        drawn.add(chart);
        return chart.draw();
      };
      return renderer;
    };
    registry.addFactory({ safe: factory.safe, mimeTypes: [mime], createRenderer }, rank);
  }
}
