/** Converts values to MIME bundles. */
import { inspect, types } from "node:util";
import { inspectText } from "../values/inspect-text.ts";
import { bundleOf, type Data, isBundle } from "./bundle.ts";
import { pngOf } from "./png.ts";
import { isVegaLite, type Spec, svgOf, vegaLiteMime } from "./vega.ts";

const displaySymbol: symbol = Symbol.for("Jupyter.display");

/** Content of `display_data` and `execute_result`. */
export interface DisplayContent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Defines the bundle of an object by a function that is called when the object is shown; an empty bundle shows nothing. */
export const showBy = <T extends object>(object: T, bundle: () => Data): T =>
  Object.defineProperty(object, displaySymbol, { value: bundle });

/** Defines the bundle of an object. */
export const showAs = <T extends object>(object: T, bundle: Data): T => showBy(object, () => bundle);

const isObject = (x: unknown): x is Record<PropertyKey, unknown> =>
  (typeof x === "object" && x !== null) || typeof x === "function";

/** The content to show at once, and the content that replaces it if pictures have to be drawn. */
export interface Described {
  readonly now: DisplayContent;
  readonly later: Promise<DisplayContent> | null;
}

/** Returns the final content. */
export const complete = ({ now, later }: Described): DisplayContent | Promise<DisplayContent> => later ?? now;

/** Sizes of the largest specification, in characters of JSON, and of the largest SVG that are stored beside a PNG. */
const maxSpec = 256_000;
const maxSvg = 60_000;

/** Adds an SVG to a chart, and a PNG to an SVG, for viewers that run no code; a notebook that is not trusted shows no SVG. */
async function withPictures(data: Data): Promise<DisplayContent> {
  const spec = data[vegaLiteMime] as Spec | undefined;
  const svg = data["image/svg+xml"] ?? (spec === undefined ? null : await svgOf(spec));
  if (typeof svg !== "string") return { data, metadata: {} };
  const png = await pngOf(svg);
  if (png === null) return { data: { ...data, "image/svg+xml": svg }, metadata: {} };
  const { [vegaLiteMime]: _, ...pictures } = data;
  const kept = spec !== undefined && JSON.stringify(spec).length > maxSpec ? pictures : data;
  const drawing = spec !== undefined && svg.length > maxSvg ? {} : { "image/svg+xml": svg };
  return { data: { ...kept, ...drawing, "image/png": png }, metadata: {} };
}

const needsPictures = (data: Data): boolean =>
  !("image/png" in data) && (typeof data["image/svg+xml"] === "string" || vegaLiteMime in data);

const [timer, immediate] = [setTimeout(() => {}), setImmediate(() => {})];
clearTimeout(timer);
clearImmediate(immediate);

const rejected = "Promise { <rejected>";

/** Returns the text of a value. A rejected promise is shown without its reason, which is reported as an error of the cell. */
function asText(value: unknown): string {
  const text = inspectText(value, { depth: 4 });
  return value instanceof Promise && text.startsWith(rejected) ? `${rejected} }` : text;
}

/** Whether the value is a timer or an immediate, whose fields are Node's internals. */
export const isTimer = (value: unknown): boolean =>
  value instanceof timer.constructor || value instanceof immediate.constructor;

const describeBundle = (data: Data): Described => ({
  now: { data, metadata: {} },
  later: needsPictures(data) ? withPictures(data) : null,
});

/** Returns the method by which an object defines its bundle (Deno's convention); `null` if it has none. */
function displayMethod(value: unknown): ((this: unknown) => unknown) | null {
  try {
    const method = isObject(value) ? value[displaySymbol] : undefined;
    return typeof method === "function" ? (method as (this: unknown) => unknown) : null;
  } catch {
    // a proxy whose trap throws
    return null;
  }
}

function describeObject(bundle: unknown, value: unknown): Described {
  if (!isObject(bundle))
    throw new TypeError(
      `[Symbol.for("Jupyter.display")] must return a bundle of MIME types, but returned ${inspect(bundle)}`,
    );
  return describeBundle(bundleOf(bundle, () => asText(value)));
}

/** Describes a value by its own method, a Vega-Lite specification as a chart, anything else by `util.inspect`. */
export function describe(value: unknown): Described {
  const method = displayMethod(value);
  if (method === null) {
    if (types.isProxy(value) || !isVegaLite(value)) return describeBundle({ "text/plain": asText(value) });
    return describeBundle(bundleOf({ [vegaLiteMime]: value, "text/plain": "Vega-Lite chart" }));
  }
  const bundle: unknown = method.call(value);
  if (!(bundle instanceof Promise)) return describeObject(bundle, value);
  return {
    now: { data: { "text/plain": asText(value) }, metadata: {} },
    later: bundle.then((b: unknown) => describeObject(b, value)).then(complete),
  };
}

/** Describes an argument of `display`, which may also be a bundle. */
export const describeForDisplay = (value: unknown): Described =>
  isObject(value) && displayMethod(value) === null && isBundle(value)
    ? describeBundle(bundleOf(value))
    : describe(value);
