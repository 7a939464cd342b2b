/* oxlint-disable typescript/no-unnecessary-type-conversion -- values of a submission may be of any type, whatever is declared */
/** Functions and objects of a submission, as stand-ins that call the sandbox. */
import * as engine from "tapelab";
import type { StepMemory } from "tapelab/check";
import type { Tagged, Wire } from "../wire/messages.ts";
import { Connection, type ConnectionSettings } from "./connection.ts";
import { checkDeclared, type DeclaredType, guarded } from "./declared.ts";
import { DifferentiableCalls } from "./differentiable.ts";
import { errorOf } from "./errors.ts";
import { readMemory } from "./examination.ts";
import { prototypeOf } from "./prototypes.ts";
import { Reads } from "./reads.ts";
import { type Way, Ways } from "./ways.ts";

type AnyTensor = engine.Tensor;
type AnyFunction = (...args: unknown[]) => unknown;

/** The submission in one sandbox, as the judge sees it. */
export class Remote {
  readonly #connection: Connection;
  readonly #calls: DifferentiableCalls<{ readonly f: Way<Remote>; readonly self: Way<Remote> }>;
  readonly #ways = new Ways<Remote>((value) => this.#handleOf(value));
  /** Stand-ins by handle, and handles by stand-in. */
  readonly #proxies = new Map<number, object>();
  readonly #handles = new WeakMap<object, number>();
  readonly #errorHandles = new WeakMap<object, number>();
  readonly #reads = new Reads();
  /** The types of results that the release declares, by the handles of functions. */
  readonly #declared = new Map<number, DeclaredType>();

  constructor(settings: ConnectionSettings) {
    this.#connection = new Connection(settings, {
      encode: (value) => this.#encodeHandle(value),
      standsIn: (value) => this.#handles.has(value),
      decode: (tagged) => this.#decodeHandle(tagged),
    });
    this.#calls = new DifferentiableCalls(this.#connection);
  }

  /** Returns the text that the submission printed since the last call. */
  takePrinted(): string {
    const { printed } = this.#connection;
    this.#connection.printed = "";
    return printed;
  }

  /** Runs a compiled cell. */
  cell(code: string, name: string, isAsync: boolean, seconds: number): void {
    this.#reads.forget();
    this.#connection.run(() => ({ op: "cell", code, name, isAsync }), seconds);
  }

  /** Returns a variable; of a function, `declared` is the type of results in the release. */
  variable(name: string, declared?: DeclaredType): unknown {
    const value = this.#reads.once(name, () => this.#connection.run(() => ({ op: "variable", name })));
    const h = this.#handleOf(value);
    this.#ways.note(value, (other) => other.variable(name));
    if (h !== undefined && declared !== undefined && typeof value === "function") this.#declared.set(h, declared);
    return value;
  }

  /** Carries out a request that runs code of the submission. */
  #acting<T>(act: () => T): T {
    this.#reads.forget();
    try {
      return act();
    } finally {
      this.#reads.forget();
    }
  }

  /** Returns the memory in use after each of some steps. */
  memory(f: unknown, steps: number): readonly StepMemory[] | null {
    const h = typeof f === "function" ? this.#handles.get(f) : undefined;
    if (h === undefined) return null;
    // each step ends with a garbage collection
    const seconds = this.#connection.settings.callSeconds() * 10;
    return readMemory(
      this.#connection.run(() => ({ op: "memory", h, steps }), seconds),
      steps,
    );
  }

  /** Trains a module of the submission, and returns the last loss. */
  train(model: unknown, x: AnyTensor, y: AnyTensor, seconds: number, lr: number): number | null {
    const h = typeof model === "object" && model !== null ? this.#handles.get(model) : undefined;
    if (h === undefined) return null;
    return Number(
      this.#connection.run(
        (encode) => ({ op: "train", h, x: encode(x), y: encode(y), seconds, lr }),
        seconds + this.#connection.settings.callSeconds(),
      ),
    );
  }

  /** Returns the tape of a result in the sandbox; `null` for a tensor of the judge. */
  tape(t: unknown): unknown {
    const at = t instanceof engine.Tensor ? this.#calls.positionOf(t) : undefined;
    return at === undefined ? null : this.#connection.run(() => ({ op: "tape", ...at }));
  }

  #handleOf(value: unknown): number | undefined {
    return (typeof value === "object" && value !== null) || typeof value === "function"
      ? this.#handles.get(value)
      : undefined;
  }

  /** Whether a call of the submission waits for a function of the judge. */
  get isAnswering(): boolean {
    return this.#connection.isAnswering;
  }

  /** Returns a function that examines the call that a node of the tape is in another sandbox; `null` for a node that is no call, and for objects that cannot be found there. */
  examinationOf(node: object): ((other: Remote) => unknown) | null {
    const made = this.#calls.callOf(node);
    if (made === undefined) return null;
    const { key, given } = made;
    const ways = this.#ways.toAll(given);
    if (ways === null) return null;
    return (other) => {
      const [f, self, ...args] = [key.f, key.self, ...ways].map((way) => way(other));
      const h = other.#handleOf(f);
      if (h === undefined) return null;
      const own = other.#selfOf(self);
      return other.#connection.run((encode) => ({ op: "examine", h, self: own, args: args.map(encode) }));
    };
  }

  /** Encodes what is no data: stand-ins as the handles of their objects, functions as callbacks. */
  #encodeHandle(value: object): Wire {
    const h = this.#handles.get(value) ?? this.#errorHandles.get(value);
    if (h !== undefined) return { t: "yours", h };
    if (typeof value === "function") {
      const f = value as AnyFunction;
      const known = this.#connection.callbacks.indexOf(f);
      const number = known < 0 ? this.#connection.callbacks.push(f) - 1 : known;
      return { t: "function", h: number, name: f.name, length: f.length, isClass: false };
    }
    if (value instanceof Error) return { t: "record", k: ["name", "message"], v: [value.name, value.message] };
    throw new TypeError(
      `${value.constructor?.name ?? "an object"}: objects of classes cannot be passed to the code of a submission; pass tensors, numbers, plain objects or functions`,
    );
  }

  #decodeHandle(tagged: Tagged): unknown {
    switch (tagged.t) {
      case "yours":
        return this.#connection.callbacks[Number(tagged.h)];
      case "error":
        return this.#errorFor(tagged);
      case "function":
        return this.#standIn(Number(tagged.h), () => this.#functionFor(tagged));
      case "object":
        return this.#standIn(Number(tagged.h), () => this.#objectFor(tagged));
      default:
        throw new TypeError("a message is not well formed");
    }
  }

  #standIn(h: number, make: () => object): object {
    const known = this.#proxies.get(h);
    if (known !== undefined) return known;
    const made = make();
    this.#proxies.set(h, made);
    this.#handles.set(made, h);
    return made;
  }

  #errorFor(tagged: Tagged & { readonly t: "error" }): Error {
    const made = errorOf(tagged);
    this.#errorHandles.set(made, Number(tagged.h));
    return made;
  }

  #functionFor({ h, name, length, isClass }: Tagged & { readonly t: "function" }): object {
    const label = String(name).slice(0, 100);
    const target = function (): void {};
    Object.defineProperties(target, { name: { value: label }, length: { value: Number(length) } });
    const local = new Set<PropertyKey>(["name", "length", ...(isClass ? [] : ["apply", "call", "bind", "toString"])]);
    return new Proxy(target, {
      ...this.#propertyTraps(h),
      get: (_, key) => {
        if (key === Symbol.hasInstance) return (value: unknown): boolean => this.#isInstance(h, value);
        if (local.has(key)) return Reflect.get(target, key);
        return this.#get(h, key);
      },
      apply: (_, self: unknown, args: unknown[]) => {
        const [f, own] = [this.#ways.of(h), this.#ways.to(self)];
        const key = f === null || own === null ? null : { f, self: own };
        const result = this.#acting(() =>
          this.#calls.call(
            // an op is applied by a static method that all ops share
            this.#connection.settings.shownName(label === "apply" && typeof self === "function" ? self.name : label),
            (encode, given, grad) => ({ op: "call", h, self: this.#selfOf(self), args: given.map(encode), grad }),
            args,
            key,
          ),
        );
        const declared = this.#declared.get(h);
        if (declared !== undefined) checkDeclared(label, declared, result);
        return result;
      },
      construct: (_, args: unknown[]) => {
        const made = this.#acting(() =>
          this.#connection.run((encode) => ({
            op: "construct",
            h,
            args: args.map(encode),
            grad: engine.isGradEnabled(),
          })),
        ) as object;
        this.#ways.noteMade(made, h, args);
        return made;
      },
    });
  }

  /** Encodes the object that a method is called on, if it is one of the submission. */
  #selfOf(self: unknown): Wire {
    const h = this.#handleOf(self);
    return h === undefined ? { t: "undefined" } : { t: "yours", h };
  }

  #objectFor({ h, engine: names }: Tagged & { readonly t: "object" }): object {
    const [first] = Array.isArray(names) ? (names as readonly unknown[]) : [];
    const prototype = prototypeOf(first);
    return new Proxy(Object.create(prototype) as object, {
      ...this.#propertyTraps(h),
      getPrototypeOf: () => prototype,
      get: (_, key) => this.#get(h, key),
    });
  }

  #get(h: number, key: PropertyKey): unknown {
    if (key === "then" || (typeof key === "symbol" && key.description?.startsWith("Symbol.") !== true))
      return undefined;
    if (key === Symbol.toPrimitive)
      return this.#reads.conversion(h, {
        get: (name) => this.#read(h, name),
        call: (method, args) => this.#convert(h, method, args),
      });
    return guarded(key, this.#read(h, key));
  }

  #read(h: number, key: PropertyKey): unknown {
    const name: Wire = typeof key === "symbol" ? { t: "symbol", v: key.description ?? "" } : String(key);
    const value = this.#reads.once(`${h}.${String(key)}`, () =>
      this.#connection.run(() => ({ op: "get", h, key: name })),
    );
    this.#ways.noteProperty(value, h, key);
    return value;
  }

  /** Calls a method that converts an object, which ends no reading. */
  #convert(h: number, method: object, args: readonly unknown[]): unknown {
    const f = this.#handles.get(method) ?? -1;
    const self: Wire = { t: "yours", h };
    return this.#connection.run((encode) => ({ op: "call", h: f, self, args: args.map(encode), grad: false }));
  }

  #isInstance(h: number, value: unknown): boolean {
    const at =
      (typeof value === "object" && value !== null) || typeof value === "function"
        ? (this.#handles.get(value) ?? this.#errorHandles.get(value))
        : undefined;
    return at === undefined
      ? false
      : this.#connection.run(() => ({ op: "isInstance", h, value: { t: "yours", h: at } })) === true;
  }

  #propertyTraps(h: number): ProxyHandler<object> {
    const keyOf = (key: PropertyKey): string => String(key);
    return {
      set: (_, key, value: unknown) => {
        this.#acting(() => this.#connection.run((encode) => ({ op: "set", h, key: keyOf(key), value: encode(value) })));
        return true;
      },
      has: (_, key) => typeof key === "string" && this.#connection.run(() => ({ op: "has", h, key })) === true,
      ownKeys: (target) => {
        const keys = this.#connection.run(() => ({ op: "keys", h }));
        const own = Reflect.ownKeys(target).filter(
          (key) => Reflect.getOwnPropertyDescriptor(target, key)?.configurable === false,
        );
        const list = Array.isArray(keys) ? keys.filter((key): key is string => typeof key === "string") : [];
        return [...new Set<string | symbol>([...own, ...list])];
      },
      getOwnPropertyDescriptor: (target, key) => {
        const own = Reflect.getOwnPropertyDescriptor(target, key);
        if (own?.configurable === false) return own;
        if (typeof key !== "string" || this.#connection.run(() => ({ op: "has", h, key })) !== true) return undefined;
        return { value: this.#get(h, key), enumerable: true, configurable: true, writable: true };
      },
      deleteProperty: () => false,
      defineProperty: () => false,
      setPrototypeOf: () => false,
      preventExtensions: () => false,
    };
  }
}
