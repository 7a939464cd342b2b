/** The variables that tests see: those of the release, then those of the submission. */
import * as engine from "tapelab";
import * as checks from "tapelab/check";
import { type DeclaredType, declaredResults } from "./declared.ts";
import { changeableNames, engineImports } from "./notebook.ts";
import type { Session } from "./session.ts";

/** Finds the values of names for tests. */
export class Scope {
  readonly #session: Session;
  /** Variables that cells of the release and tests declared in the judge. */
  readonly own: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  /** Names that the release leaves to solutions to set. */
  readonly #changeable = new Set<string>();
  /** Names that the submission imports from the engine, which the judge takes from its own. */
  readonly #imported = new Map<string, unknown>();
  /** The types of results that the release declares for functions of solutions. */
  readonly #declared: ReadonlyMap<string, DeclaredType>;
  /** The `exports` of compiled tests. */
  readonly exports: object;

  /** `solutions`: the texts of solutions in the release. */
  constructor(session: Session, check: () => unknown, solutions: readonly string[]) {
    this.#session = session;
    this.#declared = new Map(solutions.flatMap((source) => [...declaredResults(source)]));
    Object.defineProperty(this.own, "check", { get: check, set: () => {}, enumerable: true });
    this.exports = new Proxy(this.own, {
      get: (own, key) => this.#get(own, key),
      // names may be set more than once
      defineProperty: (own, key, property) => {
        if (key === "check") return true;
        return Reflect.defineProperty(own, key, { ...property, configurable: true });
      },
    });
  }

  #get(own: Record<string, unknown>, key: PropertyKey): unknown {
    if (typeof key !== "string" || key.startsWith("$tapelab") || key === "__esModule") return Reflect.get(own, key);
    if (key in own && !(this.#changeable.has(key) && own[key] === undefined)) {
      if (!this.#changeable.has(key)) return own[key];
    }
    if (this.#imported.has(key)) return this.#imported.get(key);
    try {
      return this.#session.remote.variable(key, this.#declared.get(key));
    } catch (error) {
      if (key in own) return own[key];
      throw error;
    }
  }

  /** Notes the text of a cell of the release, whose `let` and `var` variables solutions may set. */
  addRelease(source: string): void {
    for (const name of changeableNames(source)) this.#changeable.add(name);
  }

  /** Notes a cell of the submission: what it imports from the engine, tests take from the judge's; what it declares is its own. */
  addSubmission(source: string, declared: readonly string[]): void {
    const imports = engineImports(source);
    for (const name of declared) this.#imported.delete(name);
    for (const { local, name, module } of imports) {
      const exports: object = module === "tapelab" ? engine : checks;
      if (name === "*") this.#imported.set(local, exports);
      else if (Object.hasOwn(exports, name)) this.#imported.set(local, Reflect.get(exports, name));
    }
  }
}
