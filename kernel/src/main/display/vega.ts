/** Draws Vega-Lite specifications as SVG, by Vega without a browser. Loaded when the first chart is shown. */
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";

/** MIME type of Vega-Lite, which JupyterLab and VS Code render. */
export const vegaLiteMime = "application/vnd.vegalite.v5+json";

/** A Vega-Lite specification. */
export type Spec = Readonly<Record<string, unknown>>;

interface Vega {
  parse(spec: object): object;
  View: new (runtime: object, options: object) => { toSVG(): Promise<string>; finalize(): void };
}

interface VegaLite {
  compile(spec: Spec, options: object): { readonly spec: object };
}

const require = createRequire(import.meta.url);
let loaded: { readonly vega: Vega; readonly lite: VegaLite } | null = null;

/** Loads the bundles of both libraries. Vega-Lite gets the Vega of its bundle, because its own import of Vega would load eighty packages. */
function load(): { readonly vega: Vega; readonly lite: VegaLite } {
  if (loaded !== null) return loaded;
  const vega = require("vega/build/vega.min.js") as Vega;
  const path = require.resolve("vega-lite/build/vega-lite.min.js");
  const module = new Module(path) as unknown as {
    exports: VegaLite;
    require: (id: string) => unknown;
    _compile(code: string, path: string): void;
  };
  module.require = (id) => (id === "vega" ? vega : require(id));
  module._compile(readFileSync(path, "utf8"), path);
  loaded = { vega, lite: module.exports };
  return loaded;
}

/** Whether a value is a Vega-Lite specification. */
export const isVegaLite = (value: unknown): value is Spec =>
  typeof value === "object" &&
  value !== null &&
  "$schema" in value &&
  typeof value.$schema === "string" &&
  /\/vega-lite\/v\d/.test(value.$schema);

const noLogger = {
  warn: () => noLogger,
  info: () => noLogger,
  debug: () => noLogger,
  error: () => noLogger,
  level: () => noLogger,
};

/** Colours of the picture, on white. A front end that draws the specification itself uses those of its theme. */
const onWhite = {
  axis: {
    gridColor: "#d0d0d0",
    domainColor: "#888888",
    tickColor: "#888888",
    labelColor: "#444444",
    titleColor: "#444444",
  },
  legend: { labelColor: "#444444", titleColor: "#444444" },
};

type Config = Readonly<Record<string, object | undefined>>;

const withColours = (config: Config): Config => ({
  ...config,
  axis: { ...onWhite.axis, ...config["axis"] },
  legend: { ...onWhite.legend, ...config["legend"] },
});

/** Returns the chart as SVG on a white background, because the page may be dark; `null` if it cannot be drawn. */
export async function svgOf(spec: Spec): Promise<string | null> {
  try {
    const { vega, lite } = load();
    const config = withColours((spec["config"] ?? {}) as Config);
    const compiled = lite.compile({ background: "white", ...spec, config }, { logger: noLogger });
    const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", logger: noLogger });
    const svg = await view.toSVG();
    view.finalize();
    return svg;
  } catch {
    return null;
  }
}
