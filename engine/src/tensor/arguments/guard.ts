/**
 * Public functions: each checks its arguments against its signature, and its errors name the function that the user called. Functions of the engine call
 * each other without this.
 */
import { nameError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { isPlainObject } from "./compound-kinds.ts";
import { noteFailure } from "./failed-call.ts";
import { bitOf, registerClass } from "./kinds.ts";
import { mostUnlisted, Signature } from "./signature.ts";

type Call = (...args: never[]) => unknown;

/** Functions that run a backward pass, and with it hooks and gradient rules of the program. */
const walks = new Set(["backward", "grad", "gradient", "jacobian", "batchJacobian", "checkpointSequential"]);

/** Returns whether a call cannot have run code of the program, because its arguments are tensors, numbers and options. */
const runsNoCallbacks = (op: string, self: unknown, args: readonly unknown[]): boolean =>
  !walks.has(op) &&
  (self === undefined || self instanceof Tensor) &&
  args.every(
    (x) => (typeof x !== "object" && typeof x !== "function") || x === null || x instanceof Tensor || isPlainData(x),
  );

/** Returns whether an array or options object contains neither functions nor objects of the program. */
const isPlainData = (x: object): boolean =>
  (Array.isArray(x) || isPlainObject(x)) &&
  Object.values(x).every(
    (v) => typeof v !== "function" && (typeof v !== "object" || v === null || v instanceof Tensor || Array.isArray(v)),
  );

/**
 * Returns `f` as a public function, which throws an error for arguments that do not fit its signature, and whose name errors from inside begin with. Up to
 * four arguments are checked and passed on without an array of them.
 */
export function guard<F extends Call>(op: string, text: string | readonly string[], f: F): F {
  const signature = new Signature(op, text);
  const call = f as unknown as (this: unknown, ...args: unknown[]) => unknown;
  // fast path for calls with no, one or two arguments: the bits of types that are always accepted, known after the first other call
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
  /* V8 allocates `arguments` only where it is used as an object; a rest parameter would be a new array in each call. */
  /* biome-ignore-start lint/complexity/noArguments: see above */
  function guarded(this: unknown, a?: unknown, b?: unknown, c?: unknown, d?: unknown): unknown {
    const count = arguments.length;
    const fine =
      count === 1
        ? (bitOf(a) & one) !== 0
        : count === 2
          ? (bitOf(a) & first) !== 0 && (bitOf(b) & second) !== 0
          : count === 0 && none;
    try {
      if (!fine && (count > mostUnlisted || !fits(count, a, b, c, d))) signature.check(Array.from(arguments));
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
      throw passOn(error, op, this, call, Array.from(arguments));
    }
  }
  /* biome-ignore-end lint/complexity/noArguments: see above */
  const { prototype: _prototype, ...own } = Object.getOwnPropertyDescriptors(f) as PropertyDescriptorMap;
  return Object.defineProperties(guarded, own) as unknown as F;
}

/** Returns the error of a call, noted and renamed. A function of its own: V8 inlines `guarded` only while it is small. */
function passOn(
  error: unknown,
  op: string,
  self: unknown,
  call: (this: unknown, ...args: unknown[]) => unknown,
  args: readonly unknown[],
): unknown {
  noteFailure(error, { kind: "call", name: op, self, args, run: call });
  return nameError(error, op, runsNoCallbacks(op, self, args));
}

const constructors = new Map<unknown, Signature>();

/**
 * Checks the arguments of a constructor against the signature of the public class that is created, or that the created class extends. A class that public classes
 * with constructors of their own extend passes itself as `own`: those have checked what they were given.
 * @throws ArgumentError or DTypeError when they do not fit.
 */
export function checkNew(created: unknown, args: ArrayLike<unknown>, own?: unknown): void {
  for (let c = created; typeof c === "function"; c = Object.getPrototypeOf(c) as unknown) {
    const signature = constructors.get(c);
    if (signature === undefined) continue;
    if (own === undefined || c === own) signature.check(Array.from(args));
    return;
  }
}

/** Signatures by the names of public classes and their members. */
export type ClassSignatures = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

type PublicClass = (abstract new (...args: never[]) => object) & { readonly prototype: object };

/** Returns the descriptor of a method, which may be that of a base class that is not public. */
function descriptorOf(prototype: object, member: string): PropertyDescriptor | undefined {
  for (let p: unknown = prototype; typeof p === "object" && p !== null; p = Object.getPrototypeOf(p)) {
    const descriptor = Object.getOwnPropertyDescriptor(p, member);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

/** Makes the constructor and the methods of a public class check their arguments, by signatures listed under the names of the methods. */
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
