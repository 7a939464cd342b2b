/** The warning of modules that are called, and learn nothing, because the module around them does not register them. */
import { warn } from "../../platform/warn.ts";
import { registerPostAccumulateGradHook } from "../../tape/backward/register.ts";
import type { Module } from "./module.ts";

/** Lists names as words: `A`, `A and B`, `A, B and C`. */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

function warningText(outer: string, inner: readonly string[]): string {
  const [noun, field] = inner.length === 1 ? ["module", "an ordinary field"] : ["modules", "ordinary fields"];
  return (
    `${outer}: its forward calls the ${noun} ${listed(inner)}, which ${outer} does not register. The parameters received gradients, but ${outer}.parameters() leaves them out and no ` +
    `optimizer has them, so they are not learned. What a field whose name begins with # holds, or an object of another class, cannot be registered: keep the ${noun} in ${field}, or in an ` +
    `array, record or map, and write \`private part = new ${inner[0]}(…)\` instead of \`#part = new ${inner[0]}(…)\`.`
  );
}

/** The modules that are called somewhere inside of one model, and are not reachable from it. */
export class UnregisteredModules {
  readonly #model: Module;
  /** Names of their classes by the class that calls them. */
  readonly #calls = new Map<unknown, Set<string>>();
  /** Calling classes that the program was warned of. */
  readonly #reported = new Set<unknown>();

  constructor(model: Module) {
    this.#model = model;
  }

  /** Watches for gradients of the parameters of `inner`, which the forward of `outer` calls. */
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
    // it may have been assigned to a field since it was called
    for (const module of this.#model.modules()) if (module === inner) return;
    this.#reported.add(outer.constructor);
    warn(warningText(outer.constructor.name, [...(this.#calls.get(outer.constructor) ?? [])]));
  }
}
