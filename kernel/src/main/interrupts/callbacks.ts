/** Binds timers and callbacks to the execution that asks for them: after an interrupt of it they are not called any more. */
import crypto from "node:crypto";
import dns from "node:dns";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import promises from "node:timers/promises";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { type CancelScope, cancelled } from "../execution/cancel-scope.ts";
import { currentExecution } from "../execution/execution.ts";

type Callback = (...args: unknown[]) => unknown;
type Start = (callback: Callback, ...rest: unknown[]) => object;

/** Number of timers from which on those that have fired are removed. */
const manyTimers = 500;

/** The timers of a scope, which an interrupt clears. */
class Timers {
  readonly #timers = new Set<{ readonly _destroyed?: boolean }>();
  #limit = manyTimers;

  constructor(scope: CancelScope) {
    scope.register(this, () => {
      for (const timer of this.#timers) clear(timer);
      this.#timers.clear();
    });
  }

  add(timer: object): void {
    this.#timers.add(timer);
    if (this.#timers.size < this.#limit) return;
    for (const each of this.#timers) if (each._destroyed === true) this.#timers.delete(each);
    this.#limit = Math.max(manyTimers, 2 * this.#timers.size);
  }

  delete(timer: object): void {
    this.#timers.delete(timer);
  }
}

/** Returns a callback that does nothing once the scope has left its current phase. */
function bind(scope: CancelScope, callback: Callback): Callback {
  const { phase } = scope;
  return function (this: unknown, ...args) {
    return scope.phase === phase ? Reflect.apply(callback, this, args) : undefined;
  };
}

const { clearTimeout: clearTimer } = timers;
const clear = (timer: object): void => clearTimer(timer as NodeJS.Timeout);

/** Wraps `setTimeout` (`once`) or `setInterval`. */
function bindTimer(start: Start, once: boolean): Start {
  const timersOf = new WeakMap<CancelScope, Timers>();
  return (callback, ...rest) => {
    const scope = currentExecution()?.scope;
    if (scope === undefined || typeof callback !== "function") return start(callback, ...rest);
    let own = timersOf.get(scope);
    if (own === undefined) timersOf.set(scope, (own = new Timers(scope)));
    const { phase } = scope;
    const timer = start(
      function (this: unknown, ...args) {
        if (once) own.delete(timer);
        return scope.phase === phase ? Reflect.apply(callback, this, args) : undefined;
      },
      ...rest,
    );
    if (phase === cancelled) clear(timer);
    else own.add(timer);
    return timer;
  };
}

/** Wraps a function that calls its callback in the same or the next turn of the event loop, such as `queueMicrotask`. */
const bindCallback =
  (call: Start): Start =>
  (callback, ...rest) => {
    const scope = currentExecution()?.scope;
    return call(scope === undefined || typeof callback !== "function" ? callback : bind(scope, callback), ...rest);
  };

/** Wraps a function that returns a promise: adds the scope's signal to the options, which are the last of `count` arguments. */
const withSignal =
  (start: Callback, count: number): Callback =>
  (...args) => {
    const scope = currentExecution()?.scope;
    if (scope === undefined) return start(...args);
    const options = args[count - 1] as { readonly signal?: AbortSignal } | undefined;
    const signals = [scope.signal, options?.signal].filter((s) => s instanceof AbortSignal);
    const others = [...args, ...Array<undefined>(count).fill(undefined)].slice(0, count - 1);
    return start(...others, { ...options, signal: signals.length === 1 ? signals[0] : AbortSignal.any(signals) });
  };

/** Binds the last argument of those functions of a module whose name is accepted, where it is a callback. */
function bindModule(module: object, accepts: (name: string) => boolean): void {
  const members = module as Record<string, Callback>;
  for (const name of Object.keys(members).filter(accepts)) {
    const original = members[name];
    if (typeof original !== "function") continue;
    const bound = function (this: unknown, ...args: unknown[]): unknown {
      const last = args.at(-1);
      const scope = typeof last === "function" ? currentExecution()?.scope : undefined;
      if (scope !== undefined) args[args.length - 1] = bind(scope, last as Callback);
      return Reflect.apply(original, this, args);
    };
    members[name] = Object.defineProperties<Callback>(bound, Object.getOwnPropertyDescriptors(original));
  }
}

const named = (f: Callback | Start, name: string): object => Object.defineProperty(f, "name", { value: name });

/** Replaces the functions of Node and of the global object that call back later. */
export function bindCallbacks(): void {
  const waiting = {
    setTimeout: named(withSignal(promises.setTimeout as Callback, 3), "setTimeout"),
    setImmediate: named(withSignal(promises.setImmediate as Callback, 2), "setImmediate"),
    setInterval: named(withSignal(promises.setInterval as Callback, 3), "setInterval"),
  };
  Object.assign(promises, waiting);
  promises.scheduler.wait = withSignal(promises.scheduler.wait.bind(promises.scheduler) as Callback, 2) as never;
  const bound: Record<string, object> = {};
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    const start = timers[name] as unknown as Start;
    // an immediate runs in the next turn, so it need not be cleared
    bound[name] = named(name === "setImmediate" ? bindCallback(start) : bindTimer(start, name === "setTimeout"), name);
    if (name !== "setInterval") Object.defineProperty(bound[name], promisify.custom, { value: waiting[name] });
  }
  Object.assign(timers, bound);
  Object.assign(globalThis, bound, {
    queueMicrotask: named(bindCallback(queueMicrotask as unknown as Start), "queueMicrotask"),
  });
  process.nextTick = named(bindCallback(process.nextTick as unknown as Start), "nextTick") as typeof process.nextTick;
  bindModule(fs, (name) => `${name}Sync` in fs);
  bindModule(zlib, (name) => `${name}Sync` in zlib);
  bindModule(crypto, (name) => `${name}Sync` in crypto || name.startsWith("random"));
  bindModule(dns, (name) => name === "lookup" || name.startsWith("resolve"));
  syncBuiltinESMExports();
}
