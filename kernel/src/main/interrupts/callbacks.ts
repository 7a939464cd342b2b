/** Timers and callbacks belong to the cell that asks for them: once it has been interrupted they are not called any more. */
import crypto from "node:crypto";
import dns from "node:dns";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import promises from "node:timers/promises";
import { promisify } from "node:util";
import zlib from "node:zlib";
import type { Life } from "../ownership/cancel-scope.ts";
import { currentOwner } from "../ownership/owner.ts";

type Callback = (...given: unknown[]) => unknown;
type Start = (callback: Callback, ...rest: unknown[]) => object;

/** So many are looked through for those that are over. */
const manyTimers = 500;

/** The timers of a life, so that an interrupt can clear them. */
class Timers {
  readonly #all = new Set<{ readonly _destroyed?: boolean }>();
  #limit = manyTimers;

  constructor(life: Life) {
    life.hold(this, () => {
      for (const timer of this.#all) clear(timer);
      this.#all.clear();
    });
  }

  add(timer: object): void {
    this.#all.add(timer);
    if (this.#all.size < this.#limit) return;
    for (const each of this.#all) if (each._destroyed === true) this.#all.delete(each);
    this.#limit = Math.max(manyTimers, 2 * this.#all.size);
  }

  delete(timer: object): void {
    this.#all.delete(timer);
  }
}

/** The callback, for as long as the life is in the phase that it is in now. */
function during(life: Life, callback: Callback): Callback {
  const { phase } = life;
  return function (this: unknown, ...given) {
    return life.phase === phase ? Reflect.apply(callback, this, given) : undefined;
  };
}

const { clearTimeout: clearTimer } = timers;
const clear = (timer: object): void => clearTimer(timer as NodeJS.Timeout);

/** Guards what starts a timer. */
function guardStart(start: Start, once: boolean): Start {
  const ofLife = new WeakMap<Life, Timers>();
  return (callback, ...rest) => {
    const life = currentOwner()?.life;
    if (life === undefined || typeof callback !== "function") return start(callback, ...rest);
    let mine = ofLife.get(life);
    if (mine === undefined) ofLife.set(life, (mine = new Timers(life)));
    const { phase } = life;
    const timer = start(
      function (this: unknown, ...given) {
        if (once) mine.delete(timer);
        return life.phase === phase ? Reflect.apply(callback, this, given) : undefined;
      },
      ...rest,
    );
    if (phase === 2) clear(timer);
    else mine.add(timer);
    return timer;
  };
}

/** Guards what calls back soon. */
const guardSoon =
  (call: Start): Start =>
  (callback, ...rest) => {
    const life = currentOwner()?.life;
    return call(life === undefined || typeof callback !== "function" ? callback : during(life, callback), ...rest);
  };

/** Adds the life's signal to the options, which are the last of `count` arguments. */
const withSignal =
  (start: Callback, count: number): Callback =>
  (...given) => {
    const life = currentOwner()?.life;
    if (life === undefined) return start(...given);
    const options = given[count - 1] as { readonly signal?: AbortSignal } | undefined;
    const signals = [life.signal, options?.signal].filter((s) => s instanceof AbortSignal);
    const all = [...given, ...Array<undefined>(count).fill(undefined)].slice(0, count - 1);
    return start(...all, { ...options, signal: signals.length === 1 ? signals[0] : AbortSignal.any(signals) });
  };

/** Guards the last argument of each function of a module that takes a callback. */
function guardModule(module: object, takes: (name: string) => boolean): void {
  const members = module as Record<string, Callback>;
  for (const name of Object.keys(members).filter(takes)) {
    const original = members[name];
    if (typeof original !== "function") continue;
    const guarded = function (this: unknown, ...given: unknown[]): unknown {
      const last = given.at(-1);
      const life = typeof last === "function" ? currentOwner()?.life : undefined;
      if (life !== undefined) given[given.length - 1] = during(life, last as Callback);
      return Reflect.apply(original, this, given);
    };
    members[name] = Object.defineProperties<Callback>(guarded, Object.getOwnPropertyDescriptors(original));
  }
}

const named = (f: Callback | Start, name: string): object => Object.defineProperty(f, "name", { value: name });

/** Replaces the functions of this program that call back later. */
export function guardCallbacks(): void {
  const waiting = {
    setTimeout: named(withSignal(promises.setTimeout as Callback, 3), "setTimeout"),
    setImmediate: named(withSignal(promises.setImmediate as Callback, 2), "setImmediate"),
    setInterval: named(withSignal(promises.setInterval as Callback, 3), "setInterval"),
  };
  Object.assign(promises, waiting);
  promises.scheduler.wait = withSignal(promises.scheduler.wait.bind(promises.scheduler) as Callback, 2) as never;
  const started: Record<string, object> = {};
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    const start = timers[name] as unknown as Start;
    // an immediate is over in the next turn, and need not be cleared
    started[name] = named(name === "setImmediate" ? guardSoon(start) : guardStart(start, name === "setTimeout"), name);
    if (name !== "setInterval") Object.defineProperty(started[name], promisify.custom, { value: waiting[name] });
  }
  Object.assign(timers, started);
  Object.assign(globalThis, started, {
    queueMicrotask: named(guardSoon(queueMicrotask as unknown as Start), "queueMicrotask"),
  });
  process.nextTick = named(guardSoon(process.nextTick as unknown as Start), "nextTick") as typeof process.nextTick;
  guardModule(fs, (name) => `${name}Sync` in fs);
  guardModule(zlib, (name) => `${name}Sync` in zlib);
  guardModule(crypto, (name) => `${name}Sync` in crypto || name.startsWith("random"));
  guardModule(dns, (name) => name === "lookup" || name.startsWith("resolve"));
  syncBuiltinESMExports();
}
