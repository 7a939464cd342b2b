/** Reads thrown values with care: a thrown value may be of any kind, of any size, and its properties may throw, refer to it again, or not end. */
import { inspect, types } from "node:util";

/** An error as plain texts. */
export interface ReadError {
  readonly name: string;
  readonly message: string;
  /** Its frames. */
  readonly stack: string;
  readonly cause: unknown;
  /** Its other properties, as lines. */
  readonly extra: readonly string[];
}

const maxText = 10_000;
const maxLines = 200;
const maxStack = 50_000;
const maxCauses = 8;

/** Returns the result of `read`, or `otherwise` if it throws. */
export function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** The start of a text that no reader would read to its end. */
export function bounded(text: string, characters: number = maxText): string {
  const lines = text.length > maxLines ? text.slice(0, characters).split("\n") : [];
  const whole = lines.length > maxLines ? lines.slice(0, maxLines).join("\n") : text.slice(0, characters);
  // half a surrogate pair is no text
  const kept = whole.length === text.length ? whole : whole.replace(/[\uD800-\uDBFF]$/, "");
  const left = text.length - kept.length;
  return left === 0 ? kept : `${kept}… ${left.toLocaleString("en")} more characters`;
}

/** Any value as text. */
export function shown(value: unknown): string {
  const options = { maxStringLength: maxText, depth: 2 };
  const plain = (): string => inspect(value, { ...options, customInspect: false });
  const text = attempt(() => inspect(value, options), null) ?? attempt(plain, `[${typeof value} that cannot be shown]`);
  return bounded(text);
}

/** A property as text; where it is no primitive value, as it is shown. */
const property = (error: object, key: string): string =>
  attempt(() => {
    const value: unknown = Reflect.get(error, key);
    if (typeof value === "string") return value;
    return value === undefined || value === null ? "" : shown(value);
  }, `[${key} cannot be read]`);

const isErrorLike = (x: object): boolean =>
  attempt(() => x instanceof Error || ("stack" in x && typeof Reflect.get(x, "message") === "string"), false) ||
  types.isNativeError(x);

/** The thrown value as an error; `null` where it is none. */
export function readError(thrown: unknown): ReadError | null {
  if (typeof thrown !== "object" || thrown === null || !isErrorLike(thrown)) return null;
  // the stack first: when it is written, the message gets the names that were typed
  const stack = property(thrown, "stack");
  const message = property(thrown, "message");
  // frames come behind the message, which may be of any length
  const at = message === "" ? -1 : stack.indexOf(message);
  const frames = stack.slice(at >= 0 ? at + message.length : 0).slice(-maxStack);
  return {
    name: bounded(property(thrown, "name"), 200) || "Error",
    message: bounded(message),
    stack: frames,
    cause: attempt((): unknown => Reflect.get(thrown, "cause"), undefined),
    extra: extraOf(thrown, message),
  };
}

const ordinary = new Set(["name", "message", "stack", "cause", "errors"]);
const maxProperties = 20;

/** `{ code: 'ENOENT' }`. What an error of the engine has is in its message, which begins with the op. */
function extraOf(error: object, message: string): string[] {
  const keys = attempt(() => Object.keys(error), [])
    .filter((key) => !ordinary.has(key))
    .slice(0, maxProperties);
  const entries = keys.map(
    (key) => [key, attempt((): unknown => Reflect.get(error, key), "[cannot be read]")] as const,
  );
  const isEngines = entries.some(([key, value]) => key === "op" && message.slice(0, message.indexOf(":")) === value);
  return entries.length === 0 || isEngines ? [] : bounded(shown(Object.fromEntries(entries)), 2000).split("\n");
}

/** The errors that an AggregateError gathers, itself not among them. */
export const errorsOf = (thrown: unknown): readonly unknown[] =>
  attempt(() => {
    const errors: unknown = thrown instanceof Error ? Reflect.get(thrown, "errors") : null;
    return Array.isArray(errors) ? errors.filter((error) => error !== thrown) : [];
  }, []);

/** The errors that led to one, each the cause of the one before, and a note where there are more of them. */
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
