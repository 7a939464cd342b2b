/** Values as MIME bundles. */
import { inspect, types } from "node:util";
import { inspected } from "../values/inspect.ts";
import { bundleOf, type Data, isBundle } from "./bundle.ts";
import { pngOf } from "./png.ts";
import { isVegaLite, type Spec, svgOf, vegaLiteMime } from "./vega.ts";

const displaySymbol: symbol = Symbol.for("Jupyter.display");

/** Content of `display_data` and `execute_result`. */
export interface DisplayContent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Makes an object be shown as a bundle that is made when it is shown; an empty one shows nothing. */
export const showBy = <T extends object>(object: T, bundle: () => Data): T =>
  Object.defineProperty(object, displaySymbol, { value: bundle });

/** Makes an object be shown as a bundle. */
export const showAs = <T extends object>(object: T, bundle: Data): T => showBy(object, () => bundle);

const isObject = (x: unknown): x is Record<PropertyKey, unknown> =>
  (typeof x === "object" && x !== null) || typeof x === "function";

/** What can be shown at once, and what is to take its place where drawing takes a moment. */
export interface Described {
  readonly now: DisplayContent;
  readonly later: Promise<DisplayContent> | null;
}

/** All of it. */
export const whole = ({ now, later }: Described): DisplayContent | Promise<DisplayContent> => later ?? now;

/** What a notebook should not grow by: the specification with its data, and the drawing. */
const maxSpec = 256_000;
const maxSvg = 60_000;

/** Readers that run nothing get a picture: a chart an SVG, and an SVG a PNG, as a notebook that is not trusted shows no SVG. */
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

const drawable = (data: Data): boolean =>
  !("image/png" in data) && (typeof data["image/svg+xml"] === "string" || vegaLiteMime in data);

const [timer, immediate] = [setTimeout(() => {}), setImmediate(() => {})];
clearTimeout(timer);
clearImmediate(immediate);

const rejected = "Promise { <rejected>";

/** A rejection that nobody handles is reported as the cell's error, so its promise does not show it too. */
function asText(value: unknown): string {
  const text = inspected(value, { depth: 4 });
  return value instanceof Promise && text.startsWith(rejected) ? `${rejected} }` : text;
}

/** Whether the value is a timer or an immediate, whose fields are Node's internals. */
export const isTimer = (value: unknown): boolean =>
  value instanceof timer.constructor || value instanceof immediate.constructor;

const describeBundle = (data: Data): Described => ({
  now: { data, metadata: {} },
  later: drawable(data) ? withPictures(data) : null,
});

/** The object's own way to be shown (Deno's convention). */
function displayMethod(value: unknown): ((this: unknown) => unknown) | null {
  try {
    const method = isObject(value) ? value[displaySymbol] : undefined;
    return typeof method === "function" ? (method as (this: unknown) => unknown) : null;
  } catch {
    // a proxy that answers for no property
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

/** A value by its own method, a Vega-Lite specification as a chart, anything else by `util.inspect`. */
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
    later: bundle.then((b: unknown) => describeObject(b, value)).then(whole),
  };
}

/** The same for `display`, which also takes a bundle as such. */
export const describeForDisplay = (value: unknown): Described =>
  isObject(value) && displayMethod(value) === null && isBundle(value)
    ? describeBundle(bundleOf(value))
    : describe(value);
