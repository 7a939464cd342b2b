/** Ranges of a dimension. */

import { IndexError } from "../../tensor/errors.ts";
import type { Window } from "../shape/slice.ts";
import type { Range } from "./index-text.ts";

export type { Range } from "./index-text.ts";

/**
 * Returns a range for `index`: everything by default; with one argument everything before it; else `start:stop:step` as in Python.
 * @example arange(6).at(slice(1, 5, 2)).toArray(); // [1, 3]
 */
export function slice(start?: number | null, stop?: number | null, step?: number | null): Range {
  return stop === undefined
    ? { start: null, stop: start ?? null, step: step ?? null }
    : { start: start ?? null, stop, step: step ?? null };
}

/**
 * Returns the part of a dimension with `size` elements that a range stands for, as `slice.indices` does in Python; a negative step counts down.
 * @throws IndexError for a step of 0, and for bounds that are no integers.
 */
export function windowOf(op: string, size: number, { start = null, stop = null, step }: Range): Omit<Window, "dim"> {
  const by = step ?? 1;
  const wrong = [start, stop, by].find((v) => v !== null && !Number.isInteger(v));
  if (wrong !== undefined) throw new IndexError(op, `a range must have integer bounds, but got ${wrong}`);
  if (by === 0) throw new IndexError(op, "a step must not be 0");
  const [lowest, highest] = by < 0 ? [-1, size - 1] : [0, size];
  const bound = (v: number | null, otherwise: number): number =>
    v === null ? otherwise : v < 0 ? Math.max(v + size, lowest) : Math.min(v, highest);
  const from = bound(start, by < 0 ? highest : lowest);
  const to = bound(stop, by < 0 ? lowest : highest);
  const length = Math.max(Math.ceil((to - from) / by), 0);
  return { start: length === 0 ? 0 : from, length, step: by };
}
