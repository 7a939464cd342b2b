/** Values as MIME bundles. */
import { inspect } from "node:util";
import { pngOf } from "./raster.ts";

const displaySymbol: symbol = Symbol.for("Jupyter.display");

/** Content of `display_data` and `execute_result`. */
export interface DisplayContent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

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

/** A bundle with an SVG gets a PNG beside it: a notebook that is not trusted shows no SVG. */
function withPicture(data: Readonly<Record<string, unknown>>): DisplayContent | Promise<DisplayContent> {
  const svg = data["image/svg+xml"];
  if (typeof svg !== "string" || "image/png" in data) return { data, metadata: {} };
  return pngOf(svg).then((png) => ({ data: png === null ? data : { ...data, "image/png": png }, metadata: {} }));
}

/** A value by its own method (Deno's convention), else by `util.inspect`. */
export function describe(value: unknown): DisplayContent | Promise<DisplayContent> {
  const method = isObject(value) ? value[displaySymbol] : undefined;
  if (typeof method !== "function") return { data: { "text/plain": asText(value) }, metadata: {} };
  const bundle: unknown = method.call(value);
  const finish = (data: unknown): DisplayContent | Promise<DisplayContent> => {
    if (!isObject(data))
      throw new TypeError(
        `[Symbol.for("Jupyter.display")] must return a bundle of MIME types, but returned ${inspect(data)}`,
      );
    return withPicture("text/plain" in data ? data : { ...data, "text/plain": asText(value) });
  };
  return bundle instanceof Promise ? bundle.then(finish) : finish(bundle);
}

/** The same for `display`, which also takes a bundle as such. */
export const describeForDisplay = (value: unknown): DisplayContent | Promise<DisplayContent> =>
  isBundle(value) && !(displaySymbol in value) ? { data: value, metadata: {} } : describe(value);
