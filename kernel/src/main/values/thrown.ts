/** Reads thrown values defensively: they may be of any type and any size, and their properties may throw, be circular, or be infinite. */
import { inspect, types } from "node:util";
import { attempt } from "./attempt.ts";

/** The parts of an error as plain texts. */
export interface ReadError {
  readonly name: string;
  readonly message: string;
  /** Text of the stack behind the message. */
  readonly stack: string;
  readonly cause: unknown;
  /** Its further properties, as lines of text. */
  readonly extra: readonly string[];
}

const maxText = 10_000;
const maxLines = 200;
const maxStack = 50_000;
const maxCauses = 8;

/** Cuts a text to a length and number of lines that can be read. */
export function truncated(text: string, characters: number = maxText): string {
  const lines = text.length > maxLines ? text.slice(0, characters).split("\n") : [];
  const whole = lines.length > maxLines ? lines.slice(0, maxLines).join("\n") : text.slice(0, characters);
  // not inside of a surrogate pair
  const kept = whole.length === text.length ? whole : whole.replace(/[\uD800-\uDBFF]$/, "");
  const left = text.length - kept.length;
  return left === 0 ? kept : `${kept}… ${left.toLocaleString("en")} more characters`;
}

/** Returns any value as text. */
export function shown(value: unknown): string {
  const options = { maxStringLength: maxText, depth: 2 };
  const plain = (): string => inspect(value, { ...options, customInspect: false });
  const text = attempt(() => inspect(value, options), null) ?? attempt(plain, `[${typeof value} that cannot be shown]`);
  return truncated(text);
}

/** Returns a property as text. */
const textProperty = (error: object, key: string): string =>
  attempt(() => {
    const value: unknown = Reflect.get(error, key);
    if (typeof value === "string") return value;
    return value === undefined || value === null ? "" : shown(value);
  }, `[${key} cannot be read]`);

const isErrorLike = (x: object): boolean =>
  attempt(() => x instanceof Error || ("stack" in x && typeof Reflect.get(x, "message") === "string"), false) ||
  types.isNativeError(x);

/** Reads a thrown value as an error; returns `null` if it is none. */
export function readError(thrown: unknown): ReadError | null {
  if (typeof thrown !== "object" || thrown === null || !isErrorLike(thrown)) return null;
  // the stack first: formatting it puts names of the source into the message
  const stack = textProperty(thrown, "stack");
  const message = textProperty(thrown, "message");
  // the stack begins with the message, which may be of any length
  const at = message === "" ? -1 : stack.indexOf(message);
  const frames = stack.slice(at >= 0 ? at + message.length : 0).slice(-maxStack);
  return {
    name: truncated(textProperty(thrown, "name"), 200) || "Error",
    message: truncated(message),
    stack: frames,
    cause: attempt((): unknown => Reflect.get(thrown, "cause"), undefined),
    extra: extraOf(thrown, message),
  };
}

const standardProperties = new Set(["name", "message", "stack", "cause", "errors"]);
const maxProperties = 20;

/** Returns lines such as `{ code: 'ENOENT' }`; none for an error of the engine, whose properties are in the message, which begins with the op. */
function extraOf(error: object, message: string): string[] {
  const keys = attempt(() => Object.keys(error), [])
    .filter((key) => !standardProperties.has(key))
    .slice(0, maxProperties);
  const entries = keys.map(
    (key) => [key, attempt((): unknown => Reflect.get(error, key), "[cannot be read]")] as const,
  );
  const isEngines = entries.some(([key, value]) => key === "op" && message.slice(0, message.indexOf(":")) === value);
  return entries.length === 0 || isEngines ? [] : truncated(shown(Object.fromEntries(entries)), 2000).split("\n");
}

/** Returns the errors of an AggregateError, without itself. */
export const errorsOf = (thrown: unknown): readonly unknown[] =>
  attempt(() => {
    const errors: unknown = thrown instanceof Error ? Reflect.get(thrown, "errors") : null;
    return Array.isArray(errors) ? errors.filter((error) => error !== thrown) : [];
  }, []);

/** Returns the chain of causes of an error, and a note if it is cut because it is circular or too long. */
export function causesOf(thrown: unknown): { readonly causes: readonly unknown[]; readonly note: string | null } {
  const seen = new Set([thrown]);
  const causes: unknown[] = [];
  for (let cause = readError(thrown)?.cause; cause !== undefined; cause = readError(cause)?.cause) {
    if (seen.has(cause)) return { causes, note: "Caused by: one of the errors above" };
    if (causes.length === maxCauses) return { causes, note: "Caused by: … and more" };
    seen.add(cause);
    causes.push(cause);
  }
  return { causes, note: null };
}
