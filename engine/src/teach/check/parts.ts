/** `check.part` and `check.points`: partial credit. */
import type { PartResult } from "../../protocol/index.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { checkOutput } from "../../view/check/output.ts";
import { outcomeOfPart } from "../../view/check/words.ts";
import { isFinite } from "./builtins.ts";
import { failureOf, hintList, withHints } from "./failure.ts";
import type { CheckHost } from "./host.ts";
import { wordsOf } from "./plain.ts";

/** The parts of a cell so far. */
export class Parts {
  readonly #host: CheckHost;
  #results: PartResult[] = [];
  #open: string | null = null;

  constructor(host: CheckHost) {
    this.#host = host;
  }

  /** The parts that have run since the last call of `take`. */
  get results(): readonly PartResult[] {
    return this.#results;
  }

  #finish(name: string, points: number, own: readonly string[], thrown: { readonly error: unknown } | null): void {
    this.#open = null;
    const failure = thrown === null ? null : withHints(failureOf(name, thrown.error), own);
    const result = { name, points, earned: failure === null ? points : 0, failure };
    this.#results = [...this.#results, result];
    this.#host.part(result);
    this.#host.show(checkOutput.bundle(outcomeOfPart(result)));
  }

  run(name: unknown, points: unknown, body: unknown, hint?: unknown): void | Promise<void> {
    if (typeof name !== "string" || name === "")
      throw new ArgumentError("check.part", `expected a name, but got ${wordsOf(name)}`);
    if (typeof points !== "number" || !isFinite(points) || points < 0)
      throw new ArgumentError(
        "check.part",
        `the points of "${name}" must be a number of at least 0, but got ${wordsOf(points)}`,
      );
    if (typeof body !== "function")
      throw new ArgumentError("check.part", `the body of "${name}" must be a function, but got ${wordsOf(body)}`);
    if (this.#open !== null)
      throw new ArgumentError("check.part", `"${name}" is inside of "${this.#open}": parts cannot be nested`);
    const own = hintList("check.part", hint);
    this.#open = name;
    let returned: unknown;
    try {
      returned = (body as () => unknown)();
    } catch (error) {
      this.#finish(name, points, own, { error });
      return undefined;
    }
    if (!(returned instanceof Promise)) {
      this.#finish(name, points, own, null);
      return undefined;
    }
    return returned.then(
      () => this.#finish(name, points, own, null),
      (error: unknown) => this.#finish(name, points, own, { error }),
    );
  }

  /** Returns the points earned, and begins anew. */
  take(): number {
    const results = this.#results;
    this.#results = [];
    let sum = 0;
    for (let i = 0; i < results.length; i++) sum += results[i].earned;
    return sum;
  }
}
