/** Kinds that are made of other kinds: arrays, records, iterables, options objects and unions. */
import { Tensor } from "../tensor.ts";
import { type Accepted, type Accepts, type Field, type Kind, kindOf } from "./kinds.ts";

/** Returns whether `x` is an object literal: its prototype is `null`, or the last of the chain (another realm has one of its own). */
export function isPlainObject(x: unknown): x is Readonly<Record<string, unknown>> {
  if (typeof x !== "object" || x === null || Array.isArray(x)) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Returns whether `x` is an array of numbers: sizes or dimensions, the most frequent arrays. */
function isNumbers(x: object): boolean {
  if (!Array.isArray(x)) return false;
  for (let i = 0; i < x.length; i++) if (typeof x[i] !== "number") return false;
  return true;
}

/** Returns whether all elements are accepted. Unlike `Array.prototype.every`, it checks holes, too. */
function every(list: readonly unknown[], accepts: Accepts): boolean {
  for (let i = 0; i < list.length; i++) if (!accepts(list[i])) return false;
  return true;
}

const plural = (words: string): string =>
  words
    .split(" or ")
    .map((w) => (w.startsWith("a ") || w.startsWith("an ") ? w.replace(/^an? /, "").replace(/^(\w+)/, "$1s") : w))
    .join(" or ");

/** Returns the kind of arrays of `element`. */
export const arrayOf = (element: Kind): Kind => ({
  ...kindOf(element.says === "anything" ? "an array" : `an array of ${plural(element.says)}`, {
    rest: element.says === "a number" ? isNumbers : (x) => Array.isArray(x) && every(x, element.accepts),
  }),
  elements: [element],
});

/** Returns the kind of object literals in which each value is of kind `element`. */
export const recordOf = (element: Kind): Kind =>
  kindOf(element.says === "anything" ? "a record" : `a record of ${plural(element.says)}`, {
    rest: (x) => isPlainObject(x) && every(Object.values(x), element.accepts),
  });

/** Returns the kind of iterables other than tensors. It checks the elements of arrays and sets; other iterables may be read only once, which is left to the function. */
export const iterableOf = (element: Kind): Kind =>
  kindOf(arrayOf(element).says, {
    rest: (x) =>
      !(x instanceof Tensor) &&
      typeof (x as Partial<Iterable<unknown>>)[Symbol.iterator] === "function" &&
      (!(Array.isArray(x) || x instanceof Set || ArrayBuffer.isView(x)) ||
        every([...(x as Iterable<unknown>)], element.accepts)),
  });

/** Returns the kind of objects that have the named properties. */
export const having = (names: readonly string[]): Kind =>
  kindOf(`an object with ${names.join(", ")}`, { tensor: false, rest: (x) => names.every((name) => name in x) });

/** Returns the kind of options objects with the given fields. */
export function optionsOf(fields: ReadonlyMap<string, Field>): Kind {
  const required = [...fields].flatMap(([name, field]) => (field.optional ? [] : [name]));
  const rest = (x: object): boolean => {
    // an instance of a class may serve as options if some are required and it has all of them
    if (!isPlainObject(x)) return !Array.isArray(x) && required.length > 0 && required.every((name) => name in x);
    for (const key in x) {
      const field = fields.get(key);
      if (field === undefined || !(field.kind.accepts(x[key]) || (field.optional && x[key] === undefined)))
        return false;
    }
    return required.every((name) => name in x);
  };
  return { ...kindOf(`an object { ${[...fields.keys()].join(", ")} }`, { rest }), fields };
}

/** Returns a function that accepts an object if one of the given functions does. */
function anyOf(rests: readonly ((x: object) => boolean)[]): (x: object) => boolean {
  if (rests.length === 0) return () => false;
  if (rests.length === 1) return rests[0];
  return (x) => {
    for (let i = 0; i < rests.length; i++) if (rests[i](x)) return true;
    return false;
  };
}

const joinOr = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}`;

/** Returns the description of a union; string literals are listed together, and all typed arrays are one alternative. */
function unionText(kinds: readonly Kind[]): string {
  const says = new Set(
    kinds.map((k) => (/^an? (Int|Uint|Float|BigInt)\w+Array$/.test(k.says) ? "a typed array" : k.says)),
  );
  const literals = [...says].filter((s) => s.startsWith('"'));
  const others = [...says].filter((s) => !s.startsWith('"') && s !== "undefined");
  return joinOr(literals.length > 1 ? [`one of ${literals.join(", ")}`, ...others] : [...literals, ...others]);
}

/** Returns the kind that accepts a value if one of the kinds does. */
export function union(kinds: readonly Kind[]): Kind {
  if (kinds.length === 1) return kinds[0];
  const has = (field: Exclude<keyof Accepted, "literals" | "rest">): boolean =>
    kinds.some((k) => k.accepted[field] === true);
  const united = kindOf(unionText(kinds), {
    any: has("any"),
    number: has("number"),
    bigint: has("bigint"),
    boolean: has("boolean"),
    string: has("string"),
    tensor: has("tensor"),
    nil: has("nil"),
    literals: kinds.flatMap((k) => k.accepted.literals ?? []),
    rest: anyOf(kinds.flatMap((k) => k.accepted.rest ?? [])),
  });
  const fields = kinds.find((k) => k.fields !== undefined)?.fields;
  const elements = kinds.every((k) => k.elements !== undefined) ? kinds.flatMap((k) => k.elements ?? []) : undefined;
  return { ...united, ...(fields === undefined ? {} : { fields }), ...(elements === undefined ? {} : { elements }) };
}
