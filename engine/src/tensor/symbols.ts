/** Well-known symbols of the surroundings: they are looked up by name, so that no package has to be imported for them. */

/** Node's util.inspect and console.log. */
const inspectCustom: symbol = Symbol.for("nodejs.util.inspect.custom");

/** Jupyter's (Deno's convention): the object's MIME bundle. */
const jupyterDisplay: symbol = Symbol.for("Jupyter.display");

/** Representations of one thing by MIME type; JSON types as objects, the others as text. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** Lets `console.log` show objects of the class by their `toString`. */
export function printAsText(prototype: object): void {
  Object.defineProperty(prototype, inspectCustom, {
    value(this: { toString(): string }): string {
      return this.toString();
    },
    configurable: true,
  });
}

/** Lets a notebook show objects of the class by the MIME bundle that `bundle` makes. */
export function displayAs<T extends object>(prototype: T, bundle: (object: T) => MimeBundle): void {
  Object.defineProperty(prototype, jupyterDisplay, {
    value(this: T): MimeBundle {
      return bundle(this);
    },
    configurable: true,
  });
}
