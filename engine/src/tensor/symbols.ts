/** Symbols by which Node and Jupyter find out how to print an object. They are registered globally by name, so that no package is imported for them. */

/** Names the method that `util.inspect` and `console.log` of Node call. */
const inspectCustom: symbol = Symbol.for("nodejs.util.inspect.custom");

/** Names the method that returns the MIME bundle for Jupyter, by Deno's convention. */
const jupyterDisplay: symbol = Symbol.for("Jupyter.display");

/** Representations of an object by MIME type: JSON types as objects, others as text. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** Makes `console.log` print objects of a class by their `toString`, or as the text that `text` returns. */
export function printAsText<T extends object>(prototype: T, text: (object: T) => string = String): void {
  Object.defineProperty(prototype, inspectCustom, {
    value(this: T): string {
      return text(this);
    },
    configurable: true,
  });
}

/** Returns settings as a list of text, as in `lr=0.1, betas=[0.9, 0.999]`. Functions and objects are left out. */
export function settingsText(settings: object): string {
  // learning rates of schedules carry rounding errors
  const text = (v: unknown): string => (typeof v === "number" ? String(Number(v.toPrecision(6))) : String(v));
  const isPlain = (v: unknown): boolean => ["number", "boolean", "string"].includes(typeof v);
  return Object.entries(settings)
    .filter(([, v]) => isPlain(v) || (Array.isArray(v) && v.every(isPlain)))
    .map(([name, v]) => `${name}=${Array.isArray(v) ? `[${v.map(text).join(", ")}]` : text(v)}`)
    .join(", ");
}

/** Makes notebooks display objects of a class by the MIME bundle that `bundle` returns. */
export function displayAs<T extends object>(prototype: T, bundle: (object: T) => MimeBundle): void {
  Object.defineProperty(prototype, jupyterDisplay, {
    value(this: T): MimeBundle {
      return bundle(this);
    },
    configurable: true,
  });
}
