/** Kinds of arguments, read from the notation of the signatures: `number | number[] | { dim?: number } | null`. */
import { Tensor } from "../tensor.ts";

/** Whether a value is accepted. */
export type Accepts = (x: unknown) => boolean;

/** What a parameter accepts. */
export interface Kind {
  readonly accepted: Accepted;
  readonly accepts: Accepts;
  /** In words, as in "an array of numbers". */
  readonly says: string;
  /** The fields of an options object; absent for other kinds. */
  readonly fields?: ReadonlyMap<string, Field>;
  /** What the elements of an array are, by the types of array; absent for other kinds. */
  readonly elements?: readonly Kind[];
}

/** One field of an options object. */
export interface Field {
  readonly kind: Kind;
  readonly optional: boolean;
}

type Constructor = abstract new (...args: never[]) => object;

const classes = new Map<string, Constructor>([["Tensor", Tensor]]);

/** Whether this is a class, which cannot be called without `new`: the prototype of its instances cannot be replaced. */
const isClass = (f: object): boolean => Object.getOwnPropertyDescriptor(f, "prototype")?.writable === false;

/** Which values of each type are accepted; `rest` decides on objects and functions that are neither tensors nor null. */
interface Accepted {
  readonly any?: boolean;
  readonly number?: boolean;
  readonly boolean?: boolean;
  readonly string?: boolean;
  readonly literals?: readonly unknown[];
  readonly tensor?: boolean;
  readonly nil?: boolean;
  readonly rest?: (x: object) => boolean;
}

const never = (): boolean => false;

/** Hot path: one function for all kinds, so that V8 sees one target where arguments are checked. */
function acceptor(accepted: Accepted): Accepts {
  const {
    any = false,
    number = false,
    boolean = false,
    string = false,
    literals = [],
    tensor = false,
    nil = false,
    rest = never,
  } = accepted;
  return (x) => {
    if (any) return true;
    switch (typeof x) {
      case "number":
        return number;
      case "boolean":
        return boolean || literals.includes(x);
      case "string":
        return string || literals.includes(x);
      case "object":
        return x === null ? nil : x instanceof Tensor ? tensor || rest(x) : rest(x);
      case "function":
        return rest(x);
      default:
        return literals.includes(x);
    }
  };
}

/** Bits of what needs no further look: the types of values, with tensors and the empty values apart. */
const [numberBit, booleanBit, stringBit, tensorBit, nullBit, undefinedBit, otherBit] = [1, 2, 4, 8, 16, 32, 64];

/** The bit of a value. Hot path. */
export const bitOf = (x: unknown): number =>
  typeof x === "number"
    ? numberBit
    : x instanceof Tensor
      ? tensorBit
      : x === undefined
        ? undefinedBit
        : typeof x === "boolean"
          ? booleanBit
          : x === null
            ? nullBit
            : typeof x === "string"
              ? stringBit
              : otherBit;

/** The bits of all that a kind accepts whatever it is; there may be more that it accepts. */
export function bitsOf({ accepted }: Kind): number {
  const { any, number, boolean, string, tensor, nil, literals = [] } = accepted;
  if (any === true) return 127;
  const has = (given: boolean | undefined, bit: number): number => (given === true ? bit : 0);
  return (
    has(number, numberBit) |
    has(boolean, booleanBit) |
    has(string, stringBit) |
    has(tensor, tensorBit) |
    has(nil, nullBit) |
    has(literals.includes(undefined), undefinedBit)
  );
}

/** Makes a class known under the name that signatures give it. */
export function registerClass(name: string, constructor: Constructor): void {
  classes.set(name, constructor);
}

/** Whether `x` is an object literal: its prototype is `null`, or ends the chain (that of another realm does too). */
export function isPlainObject(x: unknown): x is Readonly<Record<string, unknown>> {
  if (typeof x !== "object" || x === null || Array.isArray(x)) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A noun with its article. */
export const article = (name: string): string => `${/^(?!uint)[aeiou]/i.test(name) ? "an" : "a"} ${name}`;

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}`;

const kind = (says: string, accepted: Accepted): Kind => ({ says, accepted, accepts: acceptor(accepted) });

/** Returns the kind that accepts `undefined`, too. */
export const optionalKind = ({ says, accepted }: Kind): Kind =>
  kind(says, { ...accepted, literals: [...(accepted.literals ?? []), undefined] });

const simple = new Map<string, Kind>([
  ["any", kind("anything", { any: true })],
  ["number", kind("a number", { number: true })],
  ["string", kind("a string", { string: true })],
  ["boolean", kind("a boolean", { boolean: true })],
  ["true", kind("true", { literals: [true] })],
  ["false", kind("false", { literals: [false] })],
  ["null", kind("null", { nil: true })],
  ["undefined", kind("undefined", { literals: [undefined] })],
  ["function", kind("a function", { rest: (x) => typeof x === "function" && !isClass(x) })],
  ["object", kind("an object", { tensor: true, rest: () => true })],
  ["Tensor", kind("a tensor", { tensor: true })],
]);

/** Typed arrays, sets and maps are known by their tag, as they may come from another realm. */
const tagged = (name: string): Kind =>
  kind(article(name), { rest: (x) => Object.prototype.toString.call(x) === `[object ${name}]` });

const arrayOf = (element: Kind): Kind => ({
  ...kind(element.says === "anything" ? "an array" : `an array of ${plural(element.says)}`, {
    rest: element.says === "a number" ? isNumbers : (x) => Array.isArray(x) && every(x, element.accepts),
  }),
  elements: [element],
});

/** Whether this is an array of numbers: sizes and dimensions, which come most often. */
function isNumbers(x: object): boolean {
  if (!Array.isArray(x)) return false;
  for (let i = 0; i < x.length; i++) if (typeof x[i] !== "number") return false;
  return true;
}

/** Whether all elements are accepted; unlike `every`, holes are looked at too. */
function every(list: readonly unknown[], accepts: Accepts): boolean {
  for (let i = 0; i < list.length; i++) if (!accepts(list[i])) return false;
  return true;
}

const plural = (words: string): string =>
  words
    .split(" or ")
    .map((w) => (w.startsWith("a ") || w.startsWith("an ") ? w.replace(/^an? /, "").replace(/^(\w+)/, "$1s") : w))
    .join(" or ");

const recordOf = (element: Kind): Kind =>
  kind(element.says === "anything" ? "a record" : `a record of ${plural(element.says)}`, {
    rest: (x) => isPlainObject(x) && every(Object.values(x), element.accepts),
  });

/** The elements of arrays and sets are looked at; those of other iterables come once, and to the function itself. */
const iterableOf = (element: Kind): Kind =>
  kind(arrayOf(element).says, {
    rest: (x) =>
      typeof (x as Partial<Iterable<unknown>>)[Symbol.iterator] === "function" &&
      (!(Array.isArray(x) || x instanceof Set || ArrayBuffer.isView(x)) ||
        every([...(x as Iterable<unknown>)], element.accepts)),
  });

const having = (names: readonly string[]): Kind =>
  kind(`an object with ${names.join(", ")}`, { tensor: false, rest: (x) => names.every((name) => name in x) });

function optionsOf(fields: ReadonlyMap<string, Field>): Kind {
  const required = [...fields].flatMap(([name, field]) => (field.optional ? [] : [name]));
  const rest = (x: object): boolean => {
    // an instance of a class stands for options where it has all that are required, and some are
    if (!isPlainObject(x)) return !Array.isArray(x) && required.length > 0 && required.every((name) => name in x);
    for (const key in x) {
      const field = fields.get(key);
      if (field === undefined || !(field.kind.accepts(x[key]) || (field.optional && x[key] === undefined)))
        return false;
    }
    return required.every((name) => name in x);
  };
  return { ...kind(`an object { ${[...fields.keys()].join(", ")} }`, { rest }), fields };
}

/** Returns what accepts an object that one of the functions accepts. */
function anyOf(rests: readonly ((x: object) => boolean)[]): (x: object) => boolean {
  if (rests.length < 2) return rests[0] ?? never;
  return (x) => {
    for (let i = 0; i < rests.length; i++) if (rests[i](x)) return true;
    return false;
  };
}

function union(kinds: readonly Kind[]): Kind {
  if (kinds.length === 1) return kinds[0];
  const says = new Set(kinds.map((k) => (/^an? (Int|Uint|Float)\w+Array$/.test(k.says) ? "a typed array" : k.says)));
  const literals = [...says].filter((s) => s.startsWith('"'));
  const others = [...says].filter((s) => !s.startsWith('"') && s !== "undefined");
  const words = literals.length > 1 ? [`one of ${literals.join(", ")}`, ...others] : [...literals, ...others];
  const has = (field: "any" | "number" | "boolean" | "string" | "tensor" | "nil"): boolean =>
    kinds.some((k) => k.accepted[field] === true);
  const rests = kinds.flatMap((k) => k.accepted.rest ?? []);
  const made = kind(listed(words), {
    any: has("any"),
    number: has("number"),
    boolean: has("boolean"),
    string: has("string"),
    tensor: has("tensor"),
    nil: has("nil"),
    literals: kinds.flatMap((k) => k.accepted.literals ?? []),
    rest: anyOf(rests),
  });
  const fields = kinds.find((k) => k.fields !== undefined)?.fields;
  const elements = kinds.every((k) => k.elements !== undefined) ? kinds.flatMap((k) => k.elements ?? []) : undefined;
  return { ...made, ...(fields === undefined ? {} : { fields }), ...(elements === undefined ? {} : { elements }) };
}

/** Reads the notation, one token after the other. */
export class KindReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/"[^"]*"|\.\.\.|\[\]|[\w$.]+|\S/g) ?? [];
  }

  get done(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** Takes the next token where it is `token`. */
  take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  next(): string {
    return this.#tokens[this.#at++];
  }

  kind(): Kind {
    const kinds = [this.#alternative()];
    while (this.take("|")) kinds.push(this.#alternative());
    return union(kinds);
  }

  #alternative(): Kind {
    let kind = this.#primary();
    while (this.take("[]")) kind = arrayOf(kind);
    return kind;
  }

  #primary(): Kind {
    if (this.take("(")) {
      const inner = this.kind();
      this.take(")");
      return inner;
    }
    if (this.take("{")) return this.#options();
    const token = this.next();
    if (token.startsWith('"')) return kind(token, { literals: [token.slice(1, -1)] });
    if (token === "record" && this.take("<")) {
      const element = this.kind();
      this.take(">");
      return recordOf(element);
    }
    if (token === "iterable" && this.take("<")) {
      const element = this.kind();
      this.take(">");
      return iterableOf(element);
    }
    if (token === "has" && this.take("<")) {
      const names: string[] = [];
      while (!this.take(">")) if (!this.take(",")) names.push(this.next());
      return having(names);
    }
    return simple.get(token) ?? this.#named(token);
  }

  #options(): Kind {
    const fields = new Map<string, Field>();
    while (!this.take("}")) {
      const name = this.next();
      const optional = this.take("?");
      this.take(":");
      fields.set(name, { kind: this.kind(), optional });
      this.take(";");
    }
    return optionsOf(fields);
  }

  #named(name: string): Kind {
    const constructor = classes.get(name);
    if (constructor === undefined) return tagged(name);
    return kind(article(name.slice(name.lastIndexOf(".") + 1)), { rest: (x) => x instanceof constructor });
  }
}
