/** Kinds of arguments: which values a parameter accepts, and how an error describes them. */

import { isComplexNumber } from "../complex.ts";
import { dtypes } from "../dtype.ts";
import { Tensor } from "../tensor.ts";

/** Returns whether a value is accepted. */
export type Accepts = (x: unknown) => boolean;

/** The values that a parameter accepts. */
export interface Kind {
  readonly accepted: Accepted;
  readonly accepts: Accepts;
  /** A description for errors, such as "an array of numbers". */
  readonly says: string;
  /** The fields of an options object; absent for other kinds. */
  readonly fields?: ReadonlyMap<string, Field>;
  /** The kinds of elements of an array, one for each array type of a union; absent for other kinds. */
  readonly elements?: readonly Kind[];
}

/** A field of an options object. */
export interface Field {
  readonly kind: Kind;
  readonly optional: boolean;
}

/** Accepted values by JavaScript type; `rest` decides on objects and functions other than tensors and null. */
export interface Accepted {
  readonly any?: boolean;
  readonly number?: boolean;
  readonly bigint?: boolean;
  readonly boolean?: boolean;
  readonly string?: boolean;
  readonly literals?: readonly unknown[];
  readonly tensor?: boolean;
  readonly nil?: boolean;
  readonly rest?: (x: object) => boolean;
}

const never = (): boolean => false;

/** Hot path: one function for all kinds, so that the call where arguments are checked has one target for V8 to inline. */
function acceptor(accepted: Accepted): Accepts {
  const {
    any = false,
    number = false,
    bigint = false,
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
      case "bigint":
        return bigint;
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

/** One bit for each type of value that is accepted or refused as a whole. */
const [numberBit, booleanBit, stringBit, tensorBit, nullBit, undefinedBit, otherBit] = [1, 2, 4, 8, 16, 32, 64];

/** Returns the bit of a value. Hot path. */
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

/** Returns the bits of the types of which a kind accepts all values. It may accept some values of other types. */
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

/** Creates a kind from its description and the values it accepts. */
export const kindOf = (says: string, accepted: Accepted): Kind => ({ says, accepted, accepts: acceptor(accepted) });

/** Returns the kind that accepts `undefined`, too. */
export const optionalKind = ({ says, accepted }: Kind): Kind =>
  kindOf(says, { ...accepted, literals: [...(accepted.literals ?? []), undefined] });

/** Returns a noun with its article. */
export const article = (name: string): string => `${/^(?!uint)[aeiou]/i.test(name) ? "an" : "a"} ${name}`;

/** Returns whether a function is a class, which cannot be called without `new`. V8 makes the `prototype` of a class read-only. */
const isClass = (f: object): boolean => Object.getOwnPropertyDescriptor(f, "prototype")?.writable === false;

/** Kinds by the name that signatures give them. */
export const simpleKinds: ReadonlyMap<string, Kind> = new Map([
  ["any", kindOf("anything", { any: true })],
  ["number", kindOf("a number", { number: true })],
  ["bigint", kindOf("a BigInt", { bigint: true })],
  ["DType", kindOf(`one of ${dtypes.map((d) => `"${d}"`).join(", ")}`, { literals: dtypes })],
  ["string", kindOf("a string", { string: true })],
  ["boolean", kindOf("a boolean", { boolean: true })],
  ["true", kindOf("true", { literals: [true] })],
  ["false", kindOf("false", { literals: [false] })],
  ["null", kindOf("null", { nil: true })],
  ["undefined", kindOf("undefined", { literals: [undefined] })],
  ["function", kindOf("a function", { rest: (x) => typeof x === "function" && !isClass(x) })],
  ["object", kindOf("an object", { tensor: true, rest: () => true })],
  ["Tensor", kindOf("a tensor", { tensor: true })],
  ["ComplexNumber", kindOf("a complex number { re, im }", { rest: isComplexNumber })],
]);

type Constructor = abstract new (...args: never[]) => object;

const classes = new Map<string, Constructor>([["Tensor", Tensor]]);

/** Registers a class under the name that signatures give it. */
export function registerClass(name: string, constructor: Constructor): void {
  classes.set(name, constructor);
}

/** Returns the kind of instances of a registered class, or of a built-in class, which may be that of another realm. */
export function instanceKind(name: string): Kind {
  const constructor = classes.get(name);
  if (constructor !== undefined)
    return kindOf(article(name.slice(name.lastIndexOf(".") + 1)), { rest: (x) => x instanceof constructor });
  return kindOf(article(name), { rest: (x) => Object.prototype.toString.call(x) === `[object ${name}]` });
}
