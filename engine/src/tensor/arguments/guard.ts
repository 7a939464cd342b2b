/**
 * What every public function does before its work and when it fails: it checks its arguments against its signature, and errors name the function that
 * was called. Functions of the engine call each other without this.
 */
import { ArgumentError, DTypeError, nameError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { bitOf, bitsOf, isPlainObject, type Kind, KindReader, optionalKind, registerClass } from "./kinds.ts";
import { advice, checkOptions, describe } from "./refusals.ts";

type Call = (...args: never[]) => unknown;

interface Parameter {
  readonly name: string;
  readonly kind: Kind;
  readonly optional: boolean;
  readonly rest: boolean;
}

/** The ways to call a function. */
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

/** The position of the first argument that does not fit; -1 where all do. */
function firstWrong(parameters: readonly Parameter[], args: readonly unknown[]): number {
  for (let i = 0; i < parameters.length; i++) {
    const p = parameters[i];
    if (p.rest) return p.kind.accepts(args.slice(i)) ? -1 : i;
    if (i < args.length ? !fits(p, args[i]) : !p.optional) return i;
  }
  for (let i = parameters.length; i < args.length; i++) if (args[i] !== undefined) return i;
  return -1;
}

/** Whether the call is one that `array.map(f)` makes: an element, its index, and the array. */
const isArrayCallback = (parameters: readonly Parameter[], args: readonly unknown[]): boolean => {
  const [x, i, array] = args;
  return (
    parameters.length === 1 && args.length === 3 && typeof i === "number" && Array.isArray(array) && array[i] === x
  );
};

const counted = (n: number): string => (n === 0 ? "no arguments" : n === 1 ? "1 argument" : `${n} arguments`);

/** Says what is wrong with the arguments, by the overload that they fit furthest. */
function refuse(op: string, overloads: Overloads, args: readonly unknown[]): never {
  const ranked = overloads.map((parameters) => ({ parameters, at: firstWrong(parameters, args) }));
  const { parameters, at } = ranked.reduce((a, b) =>
    b.at > a.at || (b.at === a.at && a.at >= a.parameters.length) ? b : a,
  );
  const names = parameters.map((p) => p.name).join(", ");
  if (at >= parameters.length)
    throw new ArgumentError(
      op,
      `expected ${parameters.length === 0 ? "no arguments" : `at most ${counted(parameters.length)} (${names})`}, but got ${args.length}; the last is ${describe(args[args.length - 1])}`,
    );
  const p = parameters[at];
  if (p.rest) {
    const wrong = args.slice(at).find((x) => !p.kind.accepts([x]));
    throw new ArgumentError(
      op,
      `${p.name} must be ${p.kind.says.replaceAll(/(^| or )an array of /g, "$1")}, but got ${describe(wrong)}${Array.isArray(wrong) && p.kind.accepts(wrong) ? "; pass its elements one by one, as in f(...list)" : advice(p.name, p.kind, wrong, (x) => [x])}`,
    );
  }
  const value = args[at];
  // the fields of an object are looked at where an object is what was meant
  const { fields } = p.kind;
  if (fields !== undefined && isPlainObject(value)) checkOptions(op, fields, value);
  const kinds = new Set(
    ranked.filter((r) => r.at === at && at < r.parameters.length).map((r) => r.parameters[at].kind.says),
  );
  const said = [...kinds].join(" or ");
  if (at >= args.length) throw new ArgumentError(op, `${p.name} is missing: expected ${said}`);
  const hint = advice(p.name, p.kind, value);
  if (p.kind.accepted.tensor === true) throw new DTypeError(op, `${p.name} must be ${said}`, [describe(value) + hint]);
  throw new ArgumentError(op, `${p.name} must be ${said}, but got ${describe(value)}${hint}`);
}

/** Refuses the call unless its arguments fit one of the overloads. */
function check(op: string, overloads: Overloads, args: readonly unknown[]): void {
  for (const parameters of overloads) if (firstWrong(parameters, args) < 0) return;
  if (overloads.length > 1 || !isArrayCallback(overloads[0], args)) refuse(op, overloads, args);
}

/** The most arguments that are checked and passed on without a list of them. */
const mostUnlisted = 4;

const nothing: Kind = new KindReader("undefined").kind();

/** The allowed kinds of each argument, in one overload of the function. */
type Way = readonly Kind[];

/** Returns the ways to call a function with `count` arguments; those after a rest parameter's own are all elements of the same array type. */
function waysToCall(parameters: readonly Parameter[], count: number): readonly Way[] {
  if (parameters.slice(count).some((p) => !p.optional && !p.rest)) return [];
  const rest = parameters.find((p) => p.rest);
  const own = parameters.filter((p) => !p.rest).map((p) => (p.optional ? optionalKind(p.kind) : p.kind));
  const further = rest === undefined ? [nothing] : (rest.kind.elements ?? []);
  return further.map((kind) => Array.from({ length: count }, (_, i) => own[i] ?? kind));
}

/** The signatures of one function, read when they are first needed. */
class Signature {
  readonly op: string;
  readonly #text: string | readonly string[];
  #overloads: Overloads | null = null;
  /** By the number of arguments; as it is first needed. */
  readonly #ways: (readonly Way[] | null)[] = new Array(mostUnlisted + 1).fill(null);

  constructor(op: string, text: string | readonly string[]) {
    this.op = op;
    this.#text = text;
  }

  get overloads(): Overloads {
    this.#overloads ??= (typeof this.#text === "string" ? [this.#text] : this.#text).map(parametersOf);
    return this.#overloads;
  }

  check(args: readonly unknown[]): void {
    check(this.op, this.overloads, args);
  }

  /** Returns whether a call with `count` arguments, four at most, fits. Where it says no, `check` decides. */
  fits(count: number, a: unknown, b: unknown, c: unknown, d: unknown): boolean {
    const ways = this.#ways[count] ?? this.#prepare(count);
    for (let i = 0; i < ways.length; i++) {
      const way = ways[i];
      if (count === 0) return true;
      if (!way[0].accepts(a)) continue;
      if (count === 1) return true;
      if (!way[1].accepts(b)) continue;
      if (count === 2 || (way[2].accepts(c) && (count === 3 || way[3].accepts(d)))) return true;
    }
    return false;
  }

  /** Returns the bits of what each of `count` arguments may be whatever the others are: those of the first way to call that has any. */
  bits(count: number): readonly number[] {
    const ways = (this.#ways[count] ?? this.#prepare(count)).map((way) => way.map(bitsOf));
    return ways.find((bits) => bits.every((b) => b !== 0)) ?? new Array<number>(count).fill(0);
  }

  #prepare(count: number): readonly Way[] {
    const ways = this.overloads.flatMap((parameters) => waysToCall(parameters, count));
    this.#ways[count] = ways;
    return ways;
  }
}

/** What walks the tape, where hooks and rules of the program run. */
const walks = new Set(["backward", "grad", "gradient", "jacobian", "batchJacobian", "checkpointSequential"]);

/** Whether a call cannot have run code of the program: its operands are tensors, numbers and options. */
const runsNoCallbacks = (op: string, self: unknown, args: readonly unknown[]): boolean =>
  !walks.has(op) &&
  (self === undefined || self instanceof Tensor) &&
  args.every(
    (x) => (typeof x !== "object" && typeof x !== "function") || x === null || x instanceof Tensor || isPlainData(x),
  );

/** Whether this is an array or options object without functions or objects of the program in it. */
const isPlainData = (x: object): boolean =>
  (Array.isArray(x) || isPlainObject(x)) &&
  Object.values(x).every(
    (v) => typeof v !== "function" && (typeof v !== "object" || v === null || v instanceof Tensor || Array.isArray(v)),
  );

/**
 * Returns `f` as a public function: it refuses arguments that do not fit its signature, and names itself in errors. Up to four arguments are checked and
 * passed on without a list of them.
 */
export function guard<F extends Call>(op: string, text: string | readonly string[], f: F): F {
  const signature = new Signature(op, text);
  const call = f as unknown as (this: unknown, ...args: unknown[]) => unknown;
  // what calls with no, one and two arguments are quickly seen to fit by; known from the first call on that needs it
  let none = false;
  let [one, first, second] = [0, 0, 0];
  let known = false;
  const fits = (count: number, a: unknown, b: unknown, c: unknown, d: unknown): boolean => {
    if (!known) {
      known = true;
      none = signature.fits(0, a, b, c, d);
      [one] = signature.bits(1);
      [first, second] = signature.bits(2);
    }
    return signature.fits(count, a, b, c, d);
  };
  /* `arguments` is an object only where it is read as a list: V8 leaves it out otherwise. A rest parameter would be a list that is made with each call. */
  /* biome-ignore-start lint/complexity/noArguments: see above */
  function guarded(this: unknown, a?: unknown, b?: unknown, c?: unknown, d?: unknown): unknown {
    const count = arguments.length;
    const fine =
      count === 1
        ? (bitOf(a) & one) !== 0
        : count === 2
          ? (bitOf(a) & first) !== 0 && (bitOf(b) & second) !== 0
          : count === 0 && none;
    if (!fine && (count > mostUnlisted || !fits(count, a, b, c, d))) signature.check(Array.from(arguments));
    try {
      switch (count) {
        case 0:
          return call.call(this);
        case 1:
          return call.call(this, a);
        case 2:
          return call.call(this, a, b);
        case 3:
          return call.call(this, a, b, c);
        case 4:
          return call.call(this, a, b, c, d);
        default:
          return Reflect.apply(call, this, arguments);
      }
    } catch (error) {
      throw nameError(error, op, runsNoCallbacks(op, this, Array.from(arguments)));
    }
  }
  /* biome-ignore-end lint/complexity/noArguments: see above */
  const { prototype: _prototype, ...own } = Object.getOwnPropertyDescriptors(f) as PropertyDescriptorMap;
  return Object.defineProperties(guarded, own) as unknown as F;
}

const constructors = new Map<unknown, Signature>();

/** Checks the arguments of a constructor, by the signature of the public class that is being made or is extended. */
export function checkNew(made: unknown, args: ArrayLike<unknown>): void {
  for (let c = made; typeof c === "function"; c = Object.getPrototypeOf(c) as unknown) {
    const signature = constructors.get(c);
    if (signature === undefined) continue;
    signature.check(Array.from(args));
    return;
  }
}

/** Signatures by the name of a public class and that of its member. */
export type ClassSignatures = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

type PublicClass = (abstract new (...args: never[]) => object) & { readonly prototype: object };

/** The method, which a base class may have that is not public. */
function descriptorOf(prototype: object, member: string): PropertyDescriptor | undefined {
  for (let p: unknown = prototype; typeof p === "object" && p !== null; p = Object.getPrototypeOf(p)) {
    const descriptor = Object.getOwnPropertyDescriptor(p, member);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

/** Guards the constructor and the methods of a public class, listed as `Name.method` with their signatures. */
export function guardClass(
  path: string,
  constructor: PublicClass,
  signatures: Readonly<Record<string, string | readonly string[]>>,
): void {
  registerClass(path, constructor);
  const prototype = constructor.prototype as Record<string, Call>;
  for (const [member, text] of Object.entries(signatures)) {
    if (member === "constructor") {
      constructors.set(constructor, new Signature(constructor.name, text));
      continue;
    }
    const descriptor = descriptorOf(prototype, member);
    if (descriptor?.value === undefined) continue;
    const name = member === "forward" ? constructor.name : member;
    Object.defineProperty(prototype, member, { ...descriptor, value: guard(name, text, descriptor.value as Call) });
  }
}
