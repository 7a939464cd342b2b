/** Converts values of a cell to values that JSON can represent, for everything that a cell sends to the front end. */
import { inspect, types } from "node:util";

/** Depth that is accepted: Python's notebook tools, which read the messages, are recursive and handle about 300 levels. */
const maxDepth = 200;

/** Number of values that are accepted; it also bounds the length of sparse arrays. */
const maxValues = 10_000_000;

type Key = string | number;

/** Types whose contents `JSON.stringify` would drop, and the advice in the error message. */
const unwritable: readonly (readonly [type: new (...args: never[]) => object, text: string])[] = [
  [Map, "a Map; write Object.fromEntries(map)"],
  [Set, "a Set; write Array.from(set)"],
  [Promise, "a Promise; await it"],
  [ArrayBuffer, "an ArrayBuffer; write new Uint8Array(buffer)"],
  [DataView, "a DataView; write an array of its numbers"],
];

const simpleKey = /^[A-Za-z_$][\w$]*$/;

/** Returns a path as code that begins with the name of the root: `data["application/json"].rows[3]`. */
const pathText = ([root, ...keys]: readonly Key[]): string =>
  `${root}${keys.map((key) => (typeof key === "string" && simpleKey.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)).join("")}`;

/** A conversion of one value, whose errors name the path of the part that JSON cannot represent. */
class Converter {
  readonly #caller: string;
  readonly #path: Key[];
  /** The objects that contain the value being converted, with the lengths of their paths. */
  readonly #ancestors = new Map<object, number>();
  #values = 0;

  constructor(caller: string, name: string) {
    this.#caller = caller;
    this.#path = [name];
  }

  #refuse(reason: string, cause?: unknown): TypeError {
    const deep = this.#path.length > maxDepth;
    const at = `${pathText(deep ? this.#path.slice(0, 4) : this.#path)}${deep ? "…" : ""}`;
    return new TypeError(
      `${this.#caller}: ${at} cannot be written as JSON: ${reason}`,
      cause === undefined ? {} : { cause },
    );
  }

  /** Runs user code of the value: a getter, a trap of a proxy, `toJSON`. */
  #runUserCode<T>(action: string, body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw this.#refuse(`${action} threw ${thrownName(error)}`, error);
    }
  }

  /** Returns the converted value; `undefined` where JSON leaves it out. */
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
    const toJson = this.#runUserCode("toJSON", () => (value as { readonly toJSON?: unknown }).toJSON);
    if (typeof toJson !== "function") return this.#members(value);
    const replaced: unknown = this.#runUserCode("toJSON", () => toJson.call(value, String(this.#path.at(-1))));
    return replaced === value ? this.#members(value) : this.convert(replaced);
  }

  #members(value: object): unknown {
    if (types.isNumberObject(value) || types.isStringObject(value) || types.isBooleanObject(value))
      return value.valueOf();
    const refused = unwritable.find(([type]) => value instanceof type);
    if (refused !== undefined) throw this.#refuse(refused[1]);
    const isList = ArrayBuffer.isView(value) || this.#runUserCode("it", () => Array.isArray(value));
    if (isList) {
      const list = value as unknown as ArrayLike<unknown>;
      if (list.length > maxValues) throw this.#refuse(`it has ${list.length} elements`);
      return Array.from({ length: list.length }, (_, i) => this.#member(list, i) ?? null);
    }
    const keys = this.#runUserCode("it", () => Object.keys(value));
    return Object.fromEntries(keys.map((key) => [key, this.#member(value, key)]));
  }

  #member(object: object, key: Key): unknown {
    this.#path.push(key);
    if (++this.#values > maxValues) throw this.#refuse(`there are more than ${maxValues} values`);
    const member = this.#runUserCode("its getter", () => (object as Readonly<Record<Key, unknown>>)[key]);
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
 * Converts a value to one that JSON can represent. As with `JSON.stringify`, NaN and infinities become null, and undefined properties
 * are left out; typed arrays become arrays.
 * @param caller Name of the function that is called, for error messages.
 * @param name Name of the value, for error messages.
 * @throws TypeError with the path of a BigInt, a function, a symbol, a Map, a circular reference, or a getter that throws.
 */
export const jsonValue = (caller: string, value: unknown, name: string): unknown =>
  new Converter(caller, name).convert(value);

/** Converts an object to one that JSON can represent; throws a TypeError for any other value. */
export function jsonObject(caller: string, value: unknown, name: string): Readonly<Record<string, unknown>> {
  const converted = jsonValue(caller, value, name);
  if (typeof converted !== "object" || converted === null || Array.isArray(converted))
    throw new TypeError(`${caller}: expected ${name} to be an object, but got ${inspect(value, { depth: 0 })}`);
  return converted as Readonly<Record<string, unknown>>;
}
