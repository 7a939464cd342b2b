/** Values as MIME bundles. */
import { inspect } from "node:util";
import { pngOf } from "./raster.ts";
import { isVegaLite, type Spec, svgOf, vegaLiteMime } from "./vega.ts";

const displaySymbol: symbol = Symbol.for("Jupyter.display");

/** Content of `display_data` and `execute_result`. */
export interface DisplayContent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Makes an object be shown as a bundle; an empty one shows nothing. */
export const showAs = <T extends object>(object: T, bundle: Readonly<Record<string, unknown>>): T =>
  Object.defineProperty(object, displaySymbol, { value: () => bundle });

const mimePattern = /^[a-z]+\/[\w.+-]+$/i;

const isObject = (x: unknown): x is Record<PropertyKey, unknown> =>
  (typeof x === "object" && x !== null) || typeof x === "function";

/** Whether all keys are MIME types, so that the object is a bundle. */
function isBundle(x: unknown): x is Record<string, unknown> {
  if (!isObject(x) || Array.isArray(x)) return false;
  const keys = Object.keys(x);
  return keys.length > 0 && keys.every((k) => mimePattern.test(k));
}

const asText = (value: unknown): string =>
  typeof value === "string" ? inspect(value) : inspect(value, { colors: false, depth: 4 });

/** What can be shown at once, and what is to take its place where drawing takes a moment. */
export interface Described {
  readonly now: DisplayContent;
  readonly later: Promise<DisplayContent> | null;
}

/** All of it. */
export const whole = ({ now, later }: Described): DisplayContent | Promise<DisplayContent> => later ?? now;

type Data = Readonly<Record<string, unknown>>;

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

const describeBundle = (data: Data): Described => ({
  now: { data, metadata: {} },
  later: drawable(data) ? withPictures(data) : null,
});

/** A value by its own method (Deno's convention), a Vega-Lite specification as a chart, anything else by `util.inspect`. */
export function describe(value: unknown): Described {
  const method = isObject(value) ? value[displaySymbol] : undefined;
  if (typeof method !== "function")
    return describeBundle(
      isVegaLite(value) ? { [vegaLiteMime]: value, "text/plain": "Vega-Lite chart" } : { "text/plain": asText(value) },
    );
  const bundle: unknown = method.call(value);
  const finish = (data: unknown): Described => {
    if (!isObject(data))
      throw new TypeError(
        `[Symbol.for("Jupyter.display")] must return a bundle of MIME types, but returned ${inspect(data)}`,
      );
    const complete = "text/plain" in data || Object.keys(data).length === 0;
    return describeBundle(complete ? data : { ...data, "text/plain": asText(value) });
  };
  if (!(bundle instanceof Promise)) return finish(bundle);
  return {
    now: { data: { "text/plain": asText(value) }, metadata: {} },
    later: bundle.then(finish).then(whole),
  };
}

/** The same for `display`, which also takes a bundle as such. */
export const describeForDisplay = (value: unknown): Described =>
  isBundle(value) && !(displaySymbol in value) ? describeBundle(value) : describe(value);
