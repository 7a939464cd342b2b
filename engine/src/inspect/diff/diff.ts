/** `diff`: a comparison of tapes. */
import type { DiffData } from "../../protocol/index.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { diffOutput } from "../../view/diff/output.ts";
import { Display } from "../shared/display.ts";
import { encodeDiff } from "./data.ts";
import {
  isSource,
  type Side,
  sideOf,
  sidesOfRuns,
  sourceName,
  type TapeSource,
  withSameRandomNumbers,
} from "./source.ts";

/** Options of `diff`: tolerances in place of those for the dtypes. */
export interface DiffOptions {
  /** Allowed difference relative to the element. */
  readonly rtol?: number;
  /** Allowed difference relative to the largest element of the tensor. */
  readonly atol?: number;
}

/** A comparison of tapes, which a notebook displays and which prints as a patch elsewhere. */
export class Diff extends Display<DiffData> {
  constructor(data: DiffData) {
    super(diffOutput, data);
  }
}

/** Number of tapes that are compared. */
const maxSides = 8;

/** Reads the sources, which begin with the same random numbers. */
function sidesOf(sources: readonly (readonly [name: string, source: TapeSource])[]): Side[] {
  if (sources.length < 2 || sources.length > maxSides)
    throw new ArgumentError("diff", `expected 2 to ${maxSides} tapes, but got ${sources.length}`);
  return withSameRandomNumbers(
    sources.map(
      ([name, source]) =>
        () =>
          sideOf(name, source),
    ),
  );
}

/** Returns the names of two sources: those of their results if they differ. */
function namesOf(a: TapeSource, b: TapeSource): readonly [string, string] {
  const [first, second] = [sourceName(a), sourceName(b)];
  return first !== null && second !== null && first !== second ? [first, second] : ["first", "second"];
}

/**
 * Compares tapes: which ops were added, removed or changed, and which values and gradients differ, with the first divergence. Ops are aligned by name, scope
 * and shape. A tape is given by its result, by a node, by a `snapshot`, or by a function that computes the result; functions begin with the same random
 * numbers, and all their ops are watched.
 *
 * With one tape, compares the previous run of its cell with this one. With a record of tapes, compares them all with the first.
 *
 * Elements are equal within `rtol` of the element plus `atol` of the largest element of the tensor, by default those of `torch.testing.assert_close` for the
 * less precise dtype: 1.3e-6 and 1e-5 for float32.
 * @throws GradError when nothing was recorded, or no earlier run is kept.
 * @example
 * const x = tensor([1, -2], { requiresGrad: true });
 * inspect.diff(() => x.sigmoid().sum(), () => x.relu().sum()).data.totals.structure; // 2
 */
export function diff(after: TapeSource, options?: DiffOptions): Diff;
export function diff(before: TapeSource, after: TapeSource, options?: DiffOptions): Diff;
export function diff(tapes: Readonly<Record<string, TapeSource>>, options?: DiffOptions): Diff;
export function diff(
  first: TapeSource | Readonly<Record<string, TapeSource>>,
  second?: TapeSource | DiffOptions,
  options: DiffOptions = {},
): Diff {
  if (!isSource(first)) return new Diff(encodeDiff(sidesOf(Object.entries(first)), (second as DiffOptions) ?? {}));
  if (second === undefined) return new Diff(encodeDiff(sidesOfRuns(first), {}));
  if (!isSource(second)) return new Diff(encodeDiff(sidesOfRuns(first), second));
  const [a, b] = namesOf(first, second);
  return new Diff(
    encodeDiff(
      sidesOf([
        [a, first],
        [b, second],
      ]),
      options,
    ),
  );
}
