/** `argnums`: the arguments of a function with respect to which a derivative is taken. */
import { ArgumentError } from "../tensor/errors.ts";

/** A function of some of the arguments, with the others fixed. */
export interface PartialFunction {
  /** The arguments that `argnums` names. */
  readonly chosen: readonly unknown[];
  readonly run: (chosen: readonly unknown[]) => unknown;
  /** Whether `argnums` is a single number rather than a list. */
  readonly single: boolean;
}

/**
 * Returns the arguments at the positions `argnums`, negative ones counted from the end, and `f` as a function of them alone.
 * @throws ArgumentError for a position without an argument.
 */
export function selectArgnums(
  op: string,
  f: (...args: never[]) => unknown,
  argnums: number | readonly number[],
  args: readonly unknown[],
): PartialFunction {
  const positions = (typeof argnums === "number" ? [argnums] : argnums).map((n) => (n < 0 ? n + args.length : n));
  for (const n of positions)
    if (!(n in args)) throw new ArgumentError(op, `argnums names argument ${n}, but there are ${args.length}`);
  return {
    chosen: positions.map((n) => args[n]),
    run: (chosen) => f(...(args.map((x, i) => (positions.includes(i) ? chosen[positions.indexOf(i)] : x)) as never[])),
    single: typeof argnums === "number",
  };
}
