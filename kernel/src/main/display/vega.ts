/** Vega-Lite specifications as pictures, by Vega without a browser. Loaded when the first chart is shown. */
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";

/** MIME type that JupyterLab and VS Code render by themselves. */
export const vegaLiteMime = "application/vnd.vegalite.v5+json";

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

/** Both as one file each; Vega-Lite's is given the Vega of the other file, as its own import would bring eighty packages. */
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

const quiet = { warn: () => quiet, info: () => quiet, debug: () => quiet, error: () => quiet, level: () => quiet };

/** Colours for paper: a front end that draws the specification has its own, which may be light on dark. */
const paper = {
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

const onPaper = (config: Config): Config => ({
  ...config,
  axis: { ...paper.axis, ...config["axis"] },
  legend: { ...paper.legend, ...config["legend"] },
});

/** The chart as SVG on white, as a page that shows it may be dark; `null` if it cannot be drawn. */
export async function svgOf(spec: Spec): Promise<string | null> {
  try {
    const { vega, lite } = load();
    const config = onPaper((spec["config"] ?? {}) as Config);
    const compiled = lite.compile({ background: "white", ...spec, config }, { logger: quiet });
    const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", logger: quiet });
    const svg = await view.toSVG();
    view.finalize();
    return svg;
  } catch {
    return null;
  }
}
