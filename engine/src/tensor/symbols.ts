/** Symbols by which Node and Jupyter find out how to print an object. They are registered globally by name, so that no package is imported for them. */

/** Names the method that `util.inspect` and `console.log` of Node call. */
const inspectCustom: symbol = Symbol.for("nodejs.util.inspect.custom");

/** Names the method that returns the MIME bundle for Jupyter, by Deno's convention. */
const jupyterDisplay: symbol = Symbol.for("Jupyter.display");

/** Representations of an object by MIME type: JSON types as objects, others as text. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** Makes `console.log` print objects of a class by their `toString`. */
export function printAsText(prototype: object): void {
  Object.defineProperty(prototype, inspectCustom, {
    value(this: { toString(): string }): string {
      return this.toString();
    },
    configurable: true,
  });
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
