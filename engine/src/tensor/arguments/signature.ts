/** Signatures of public functions, and the errors for calls that do not fit them. */
import { ArgumentError, DTypeError } from "../errors.ts";
import { isPlainObject } from "./compound-kinds.ts";
import { bitsOf, type Kind, optionalKind, simpleKinds } from "./kinds.ts";
import { KindReader } from "./notation.ts";
import { advice, checkOptions, describe } from "./refusals.ts";

interface Parameter {
  readonly name: string;
  readonly kind: Kind;
  readonly optional: boolean;
  readonly rest: boolean;
}

/** The parameters of each overload of a function. */
type Overloads = readonly (readonly Parameter[])[];

function parametersOf(text: string): Parameter[] {
  const reader = new KindReader(text);
  const parameters: Parameter[] = [];
  while (!reader.done) {
    const rest = reader.take("...");
    const name = reader.next();
    const optional = reader.take("?");
    reader.take(":");
    parameters.push({ name, kind: reader.kind(), optional, rest });
    reader.take(",");
  }
  return parameters;
}

const fits = ({ kind, optional }: Parameter, x: unknown): boolean => (x === undefined && optional) || kind.accepts(x);

/** Returns the position of the first argument that does not fit its parameter; -1 if all do. */
function firstMisfit(parameters: readonly Parameter[], args: readonly unknown[]): number {
  for (let i = 0; i < parameters.length; i++) {
    const p = parameters[i];
    if (p.rest) return p.kind.accepts(args.slice(i)) ? -1 : i;
    if (i < args.length ? !fits(p, args[i]) : !p.optional) return i;
  }
  for (let i = parameters.length; i < args.length; i++) if (args[i] !== undefined) return i;
  return -1;
}

/** Returns whether `array.map(f)` makes such a call, with an element, its index and the array. */
const isArrayCallback = (parameters: readonly Parameter[], args: readonly unknown[]): boolean => {
  const [x, i, array] = args;
  return (
    parameters.length === 1 && args.length === 3 && typeof i === "number" && Array.isArray(array) && array[i] === x
  );
};

const countText = (n: number): string => (n === 0 ? "no arguments" : n === 1 ? "1 argument" : `${n} arguments`);

/** Throws the error for arguments that fit no overload. It describes the overload of which most arguments fit. */
function refuse(op: string, overloads: Overloads, args: readonly unknown[]): never {
  const ranked = overloads.map((parameters) => ({ parameters, at: firstMisfit(parameters, args) }));
  const { parameters, at } = ranked.reduce((a, b) =>
    b.at > a.at || (b.at === a.at && a.at >= a.parameters.length) ? b : a,
  );
  if (at >= parameters.length) throw tooMany(op, parameters, args);
  const p = parameters[at];
  if (p.rest) throw restMisfit(op, p, args.slice(at));
  const value = args[at];
  // for an options object that does not fit, the error names the field
  const { fields } = p.kind;
  if (fields !== undefined && isPlainObject(value)) checkOptions(op, fields, value);
  const kinds = new Set(
    ranked.filter((r) => r.at === at && at < r.parameters.length).map((r) => r.parameters[at].kind.says),
  );
  const expected = [...kinds].join(" or ");
  if (at >= args.length) throw new ArgumentError(op, `${p.name} is missing: expected ${expected}`);
  const hint = advice(p.name, p.kind, value);
  if (p.kind.accepted.tensor === true)
    throw new DTypeError(op, `${p.name} must be ${expected}`, [describe(value) + hint]);
  throw new ArgumentError(op, `${p.name} must be ${expected}, but got ${describe(value)}${hint}`);
}

function tooMany(op: string, parameters: readonly Parameter[], args: readonly unknown[]): ArgumentError {
  const names = parameters.map((p) => p.name).join(", ");
  const expected = parameters.length === 0 ? "no arguments" : `at most ${countText(parameters.length)} (${names})`;
  return new ArgumentError(op, `expected ${expected}, but got ${args.length}; the last is ${describe(args.at(-1))}`);
}

function restMisfit(op: string, { name, kind }: Parameter, args: readonly unknown[]): ArgumentError {
  const wrong = args.find((x) => !kind.accepts([x]));
  const expected = kind.says.replaceAll(/(^| or )an array of /g, "$1");
  const isSpread = Array.isArray(wrong) && kind.accepts(wrong);
  const hint = isSpread ? "; pass its elements one by one, as in f(...list)" : advice(name, kind, wrong, (x) => [x]);
  return new ArgumentError(op, `${name} must be ${expected}, but got ${describe(wrong)}${hint}`);
}

/** Most arguments that `guard` checks and passes on without an array of them. */
export const mostUnlisted = 4;

/** The kinds of a fixed number of arguments, in one overload. */
type ArgumentKinds = readonly Kind[];

/**
 * Returns the kinds that `count` arguments may have together. A rest parameter may be an array of one of several types: all arguments that it takes are of
 * the same one.
 */
function argumentKinds(parameters: readonly Parameter[], count: number): readonly ArgumentKinds[] {
  if (parameters.slice(count).some((p) => !p.optional && !p.rest)) return [];
  const rest = parameters.find((p) => p.rest);
  const own = parameters.filter((p) => !p.rest).map((p) => (p.optional ? optionalKind(p.kind) : p.kind));
  const further = rest === undefined ? [simpleKinds.get("undefined") as Kind] : (rest.kind.elements ?? []);
  return further.map((kind) => Array.from({ length: count }, (_, i) => own[i] ?? kind));
}

/** The signature of one function, with all overloads. The text is parsed when it is first needed. */
export class Signature {
  readonly op: string;
  readonly #text: string | readonly string[];
  #overloads: Overloads | null = null;
  /** Kinds of arguments by their number; `null` until they are first needed. */
  readonly #kinds: (readonly ArgumentKinds[] | null)[] = new Array(mostUnlisted + 1).fill(null);

  constructor(op: string, text: string | readonly string[]) {
    this.op = op;
    this.#text = text;
  }

  get #parsed(): Overloads {
    this.#overloads ??= (typeof this.#text === "string" ? [this.#text] : this.#text).map(parametersOf);
    return this.#overloads;
  }

  /** @throws ArgumentError or DTypeError when the arguments fit no overload. */
  check(args: readonly unknown[]): void {
    const overloads = this.#parsed;
    for (const parameters of overloads) if (firstMisfit(parameters, args) < 0) return;
    if (overloads.length > 1 || !isArrayCallback(overloads[0], args)) refuse(this.op, overloads, args);
  }

  /** Returns whether a call with `count` arguments, four at most, fits. A call that does not may still be accepted by `check`. */
  fits(count: number, a: unknown, b: unknown, c: unknown, d: unknown): boolean {
    const all = this.#kinds[count] ?? this.#prepare(count);
    for (let i = 0; i < all.length; i++) {
      const kinds = all[i];
      if (count === 0) return true;
      if (!kinds[0].accepts(a)) continue;
      if (count === 1) return true;
      if (!kinds[1].accepts(b)) continue;
      if (count === 2 || (kinds[2].accepts(c) && (count === 3 || kinds[3].accepts(d)))) return true;
    }
    return false;
  }

  /** Returns for each of `count` arguments the bits of types that it may have whatever the others are, by the first overload that has any. */
  bits(count: number): readonly number[] {
    const all = (this.#kinds[count] ?? this.#prepare(count)).map((kinds) => kinds.map(bitsOf));
    return all.find((bits) => bits.every((b) => b !== 0)) ?? new Array<number>(count).fill(0);
  }

  #prepare(count: number): readonly ArgumentKinds[] {
    const kinds = this.#parsed.flatMap((parameters) => argumentKinds(parameters, count));
    this.#kinds[count] = kinds;
    return kinds;
  }
}
