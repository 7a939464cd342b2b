/**
 * Ops that an exercise forbids. A grader writes their names into the text of the engine that it gives to a submission, in which calls of them throw: names on a tape and
 * the source of a program can be forged, but not an op that is not there. Gradient rules of other ops still use them.
 */
import { ambient, during } from "../../platform/ambient.ts";
import { ArgumentError } from "../../tensor/errors.ts";

/** The marker behind which a grader inserts the names, separated by commas. */
const marked = "tapelab:withheld=";

const bare = (name: string): string => (name.split(".").at(-1) ?? name).replaceAll("_", "").toLowerCase();

const withheld: ReadonlySet<string> = new Set(
  marked
    .slice(marked.indexOf("=") + 1)
    .split(",")
    .filter((name) => name !== "")
    .map(bare),
);

const current = ambient(() => ({ isEngine: false }));

/** Whether one of the names of an op is withheld. */
export const isWithheld = (names: readonly string[]): boolean =>
  withheld.size > 0 && names.some((name) => withheld.has(bare(name)));

/** Refuses a withheld op, unless a gradient rule of the engine calls it. @throws ArgumentError */
export function refuse(name: string): void {
  if (!current.isEngine) throw new ArgumentError(name, "is not available in this exercise: write it in other ops");
}

/** Runs code of the engine, which may call withheld ops, or code of the program inside of it, which may not. */
export function withOps<T>(isEngine: boolean, body: () => T): T {
  if (withheld.size === 0) return body();
  const before = current.isEngine;
  current.isEngine = isEngine;
  return during(body, () => {
    current.isEngine = before;
  });
}
