/** Explanations of the engine's errors, which stand below a traceback. */
import { attempt } from "../values/attempt.ts";

/** A MIME bundle. */
type Bundle = Readonly<Record<string, unknown>>;

/** The reason of an error and the changes that fit as lines, and the picture as a MIME bundle. */
export interface Explanation {
  readonly lines: readonly string[];
  readonly bundle: Bundle;
}

/** The part of the engine that explains errors. */
export interface Explainer {
  explanationOf(error: unknown): { reasonLines(): readonly string[]; bundle(): Bundle } | null;
  setLastError(error: unknown): void;
}

const displaySymbol: symbol = Symbol.for("Jupyter.display");

/** Returns the bundle that an error defines by itself, as one of a failed check does; `null` for others. */
function ownBundle(thrown: unknown): Bundle | null {
  if (!(thrown instanceof Error) || !(displaySymbol in thrown)) return null;
  const method: unknown = Reflect.get(thrown, displaySymbol);
  const bundle: unknown = typeof method === "function" ? Reflect.apply(method, thrown, []) : null;
  return typeof bundle === "object" && bundle !== null && "text/plain" in bundle ? bundle : null;
}

/** Returns the explanation of a thrown value, which `inspect.explainError()` then explains too; `null` for most. */
export const explanationBy =
  ({ explanationOf, setLastError }: Explainer) =>
  (thrown: unknown): Explanation | null =>
    attempt(() => {
      const own = ownBundle(thrown);
      if (own !== null) return { lines: [], bundle: own };
      const explanation = explanationOf(thrown);
      if (explanation === null) return null;
      setLastError(thrown);
      return { lines: explanation.reasonLines(), bundle: explanation.bundle() };
    }, null);
