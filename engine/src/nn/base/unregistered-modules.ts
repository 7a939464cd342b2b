/** Warning about modules that are called, but not registered, and so are never trained. */
import { warn } from "../../platform/warn.ts";
import { registerPostAccumulateGradHook } from "../../tape/backward/register.ts";
import type { Module } from "./module.ts";

/** Joins names as words: `A`, `A and B`, `A, B and C`. */
const enumerate = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

function warningText(outer: string, inner: readonly string[]): string {
  const [noun, field] = inner.length === 1 ? ["module", "an ordinary field"] : ["modules", "ordinary fields"];
  return (
    `${outer}: its forward calls the ${noun} ${enumerate(inner)}, which ${outer} does not register. The parameters received gradients, but ${outer}.parameters() leaves them out and no ` +
    `optimizer has them, so they are not learned. A module in a field whose name begins with #, or inside an object of another class, cannot be registered: keep the ${noun} in ${field}, or in an ` +
    `array, record or map, and write \`private part = new ${inner[0]}(…)\` instead of \`#part = new ${inner[0]}(…)\`.`
  );
}

/** Modules that are called inside one model and cannot be reached from its fields. */
export class UnregisteredModules {
  readonly #model: Module;
  /** Class names of the unregistered modules, by the class that calls them. */
  readonly #calls = new Map<unknown, Set<string>>();
  /** Calling classes for which a warning was written. */
  readonly #reported = new Set<unknown>();

  constructor(model: Module) {
    this.#model = model;
  }

  /** Records that the forward of `outer` calls `inner`, and warns once a parameter of `inner` receives a gradient. */
  add(inner: Module, outer: Module): void {
    if (this.#reported.has(outer.constructor)) return;
    const names = this.#calls.get(outer.constructor) ?? new Set();
    this.#calls.set(outer.constructor, names.add(inner.constructor.name));
    for (const p of inner.parameters()) {
      if (!p.requiresGrad) continue;
      const handle = registerPostAccumulateGradHook(p, () => {
        handle.remove();
        if (!p.isOptimized) this.#report(inner, outer);
      });
    }
  }

  #report(inner: Module, outer: Module): void {
    if (this.#reported.has(outer.constructor)) return;
    // the module may have been assigned to a field since it was called
    for (const module of this.#model.modules()) if (module === inner) return;
    this.#reported.add(outer.constructor);
    warn(warningText(outer.constructor.name, [...(this.#calls.get(outer.constructor) ?? [])]));
  }
}
