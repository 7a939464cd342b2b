/** `check.same`: a function compared with a reference on random inputs, with the simplest counterexample that is found. */

import { useAlgebra } from "../../tape/graph/algebra.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { isArray, isInteger } from "./builtins.ts";
import { checkTolerance, compare, type Difference } from "./close.ts";
import { CheckError, errorWords } from "./failure.ts";
import { plainText } from "./format.ts";
import { plainOf, wordsOf } from "./plain.ts";
import { type Choices, OutOfChoices, Random } from "./random.ts";
import { shrink } from "./shrink.ts";

/** The options of `check.same`. */
export interface SameOptions {
  /** Number of random inputs; 50 by default. */
  readonly runs?: number;
  /** The largest difference, as in `check.close`. */
  readonly tol?: number;
}

/** Makes the arguments of one run: a list of them. */
export type ArgumentMaker = (random: Random) => readonly unknown[];

type AnyFunction = (...args: readonly unknown[]) => unknown;

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Copies arguments, so that neither function sees what the other one changes. */
function copied(value: unknown): unknown {
  if (value instanceof Tensor) {
    const copy = noGrad(() => useAlgebra().clone(value.detach()));
    return value.requiresGrad ? copy.requiresGrad_() : copy;
  }
  if (isArray(value)) return value.map(copied);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return (value as unknown as { slice(): unknown }).slice();
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, copied(v)]));
  return value;
}

function run(f: AnyFunction, args: readonly unknown[]): Outcome {
  try {
    return { value: f(...(copied(args) as unknown[])) };
  } catch (error) {
    return { error };
  }
}

/** Returns what differs between two outcomes; `null` if they agree. An error that the reference throws is expected. */
function difference(mine: Outcome, wanted: Outcome, tol: number | undefined): Difference | null {
  if ("error" in wanted)
    return "error" in mine
      ? null
      : { sentence: `expected an error (${errorWords(wanted.error)}), but got ${plainText(plainOf(mine.value))}` };
  if ("error" in mine) return { sentence: `threw ${errorWords(mine.error)}` };
  if (mine.value instanceof Promise)
    return { sentence: "expected a value, but got a promise", hints: ["The function is async; the reference is not."] };
  return compare(mine.value, wanted.value, tol);
}

const argumentsText = (args: readonly unknown[]): string => args.map((x) => plainText(plainOf(x))).join(", ");

export function checkSame(
  seed: number,
  f: unknown,
  reference: unknown,
  make: unknown,
  { runs = 50, tol }: SameOptions = {},
): void {
  for (const [name, g] of [
    ["function", f],
    ["reference", reference],
    ["generator", make],
  ] as const)
    if (typeof g !== "function")
      throw new ArgumentError("check.same", `the ${name} must be a function, but got ${wordsOf(g)}`);
  if (!isInteger(runs) || runs < 1)
    throw new ArgumentError("check.same", `runs must be an integer of at least 1, but got ${runs}`);
  checkTolerance("check.same", tol);
  const argumentsOf = (random: Random): readonly unknown[] => {
    const made: unknown = (make as ArgumentMaker)(random);
    return isArray(made) ? made : [made];
  };
  const failing = (
    random: Random,
  ): { readonly args: readonly unknown[]; readonly found: Difference; readonly wanted: Outcome } | null => {
    const args = argumentsOf(random);
    const wanted = run(reference as AnyFunction, args);
    const found = difference(run(f as AnyFunction, args), wanted, tol);
    return found === null ? null : { args, found, wanted };
  };
  const replay = (choices: Choices): Choices | null => {
    const random = new Random(seed, choices);
    try {
      return failing(random) === null ? null : random.choices;
    } catch (error) {
      if (error instanceof OutOfChoices || error instanceof ArgumentError) return null;
      throw error;
    }
  };
  for (let i = 0; i < runs; i++) {
    const random = new Random(seed + i);
    const first = failing(random);
    if (first === null) continue;
    const best = shrink(random.choices, replay);
    // a function that draws random numbers may pass now
    const { args, found } = failing(new Random(seed, best)) ?? first;
    throw new CheckError({
      check: "check.same",
      ...found,
      sentence: `for the arguments (${argumentsText(args)}), ${found.sentence}`,
      facts: [
        { name: "arguments", text: argumentsText(args) },
        ...(found.facts ?? []),
        { name: "found in", text: `run ${i + 1} of ${runs}, then made simpler` },
      ],
    });
  }
}
