/** Which arguments of a function a derivative is taken with respect to. */
import { ArgumentError } from "../tensor/errors.ts";

/** A function of the chosen arguments alone. */
export interface OfChosen {
  readonly picked: readonly unknown[];
  readonly run: (picked: readonly unknown[]) => unknown;
  /** Whether one was named, and no list. */
  readonly single: boolean;
}

/** The arguments at `argnums`, negative ones from the end, and `f` as a function of them. */
export function ofChosen(
  op: string,
  f: (...args: never[]) => unknown,
  argnums: number | readonly number[],
  args: readonly unknown[],
): OfChosen {
  const chosen = (typeof argnums === "number" ? [argnums] : argnums).map((n) => (n < 0 ? n + args.length : n));
  for (const n of chosen)
    if (!(n in args)) throw new ArgumentError(op, `argnums names argument ${n}, but there are ${args.length}`);
  return {
    picked: chosen.map((n) => args[n]),
    run: (picked) => f(...(args.map((x, i) => (chosen.includes(i) ? picked[chosen.indexOf(i)] : x)) as never[])),
    single: typeof argnums === "number",
  };
}
