/** Ranges of a dimension. */

/** A range of a dimension, as Python's `start:stop:step`. */
export interface Range {
  readonly start?: number | null;
  readonly stop?: number | null;
  readonly step?: number | null;
}

/**
 * Returns a range for `index`: everything by default; with one argument everything before it; else `start:stop:step` as in Python.
 * @example arange(6).index(slice(1, 5, 2)).toArray(); // [1, 3]
 */
export function slice(start?: number | null, stop?: number | null, step?: number | null): Range {
  return stop === undefined
    ? { start: null, stop: start ?? null, step: step ?? null }
    : { start: start ?? null, stop, step: step ?? null };
}
