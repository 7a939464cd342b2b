/** Values of a cell as values that JSON can hold, for everything that a cell hands to the front end. */
import { inspect, types } from "node:util";

/** Python's notebook tools, which read the messages, are recursive and take about 300 levels. */
const maxDepth = 200;

/** More would not be read by anyone; a list without most of its elements can be as long as it likes. */
const maxValues = 10_000_000;

type Key = string | number;

/** Objects whose contents `JSON.stringify` would drop, and what to write instead. */
const unwritable: readonly (readonly [type: new (...args: never[]) => object, text: string])[] = [
  [Map, "a Map; write Object.fromEntries(map)"],
  [Set, "a Set; write Array.from(set)"],
  [Promise, "a Promise; await it"],
  [ArrayBuffer, "an ArrayBuffer; write new Uint8Array(buffer)"],
  [DataView, "a DataView; write an array of its numbers"],
];

const simpleKey = /^[A-Za-z_$][\w$]*$/;

/** The path as code, from the name of the root on: `data["application/json"].rows[3]`. */
const pathText = ([root, ...keys]: readonly Key[]): string =>
  `${root}${keys.map((key) => (typeof key === "string" && simpleKey.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)).join("")}`;

/** Converts one value to JSON's and names what cannot be written by its path. */
class Converter {
  readonly #what: string;
  readonly #path: Key[];
  /** The objects from the root to the present value, with the lengths of their paths. */
  readonly #ancestors = new Map<object, number>();
  #values = 0;

  constructor(what: string, name: string) {
    this.#what = what;
    this.#path = [name];
  }

  #refuse(reason: string, cause?: unknown): TypeError {
    const deep = this.#path.length > maxDepth;
    const at = `${pathText(deep ? this.#path.slice(0, 4) : this.#path)}${deep ? "…" : ""}`;
    return new TypeError(
      `${this.#what}: ${at} cannot be written as JSON: ${reason}`,
      cause === undefined ? {} : { cause },
    );
  }

  /** Runs code of the value itself: a getter, a proxy's trap, `toJSON`. */
  #ask<T>(action: string, body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw this.#refuse(`${action} threw ${thrownName(error)}`, error);
    }
  }

  /** Returns the value for JSON; `undefined` where JSON leaves it out. */
  convert(value: unknown): unknown {
    switch (typeof value) {
      case "bigint":
        throw this.#refuse("a BigInt; write Number(x) or String(x)");
      case "function":
        throw this.#refuse("a function");
      case "symbol":
        throw this.#refuse("a symbol");
      case "object":
        return value === null ? null : this.#object(value);
      default:
        return value;
    }
  }

  #object(value: object): unknown {
    const earlier = this.#ancestors.get(value);
    if (earlier !== undefined)
      throw this.#refuse(`it is ${pathText(this.#path.slice(0, earlier))} again, a circular reference`);
    if (this.#path.length > maxDepth) throw this.#refuse(`it is nested more than ${maxDepth} levels deep`);
    this.#ancestors.set(value, this.#path.length);
    const converted = this.#replaced(value);
    this.#ancestors.delete(value);
    return converted;
  }

  #replaced(value: object): unknown {
    if (ArrayBuffer.isView(value)) return this.#members(value);
    const toJson = this.#ask("toJSON", () => (value as { readonly toJSON?: unknown }).toJSON);
    if (typeof toJson !== "function") return this.#members(value);
    const replaced: unknown = this.#ask("toJSON", () => toJson.call(value, String(this.#path.at(-1))));
    return replaced === value ? this.#members(value) : this.convert(replaced);
  }

  #members(value: object): unknown {
    if (types.isNumberObject(value) || types.isStringObject(value) || types.isBooleanObject(value))
      return value.valueOf();
    const refused = unwritable.find(([type]) => value instanceof type);
    if (refused !== undefined) throw this.#refuse(refused[1]);
    const isList = ArrayBuffer.isView(value) || this.#ask("it", () => Array.isArray(value));
    if (isList) {
      const list = value as unknown as ArrayLike<unknown>;
      if (list.length > maxValues) throw this.#refuse(`it has ${list.length} elements`);
      return Array.from({ length: list.length }, (_, i) => this.#member(list, i) ?? null);
    }
    const keys = this.#ask("it", () => Object.keys(value));
    return Object.fromEntries(keys.map((key) => [key, this.#member(value, key)]));
  }

  #member(object: object, key: Key): unknown {
    this.#path.push(key);
    if (++this.#values > maxValues) throw this.#refuse(`there are more than ${maxValues} values`);
    const member = this.#ask("its getter", () => (object as Readonly<Record<Key, unknown>>)[key]);
    const converted = this.convert(member);
    this.#path.pop();
    return converted;
  }
}

function thrownName(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : inspect(error, { depth: 0 });
  } catch {
    return "an error";
  }
}

/**
 * Returns the value as JSON has it, so that it can be sent. As with `JSON.stringify`, NaN and infinities become null, and members
 * that are undefined are left out; typed arrays become arrays.
 * @throws TypeError that says where a BigInt, a function, a symbol, a Map or a circular reference is, or what threw.
 */
export const jsonValue = (what: string, value: unknown, name: string): unknown =>
  new Converter(what, name).convert(value);

/** Returns an object as JSON has it; anything else is refused. */
export function jsonObject(what: string, value: unknown, name: string): Readonly<Record<string, unknown>> {
  const converted = jsonValue(what, value, name);
  if (typeof converted !== "object" || converted === null || Array.isArray(converted))
    throw new TypeError(`${what}: expected ${name} to be an object, but got ${inspect(value, { depth: 0 })}`);
  return converted as Readonly<Record<string, unknown>>;
}
