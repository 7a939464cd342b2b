/** Selection of the element of a rank from a line, without sorting it: by counting digits of the keys, of which only those of one bucket are looked at again. */
import type { NumericArray } from "../../tensor/dtype.ts";
import { fillKeys, minRadixLength, ranker, scratchFor } from "./rank.ts";

/** Digits of a key of 32 bits: their shifts and masks. */
const digits: readonly (readonly [shift: number, mask: number])[] = [
  [21, 2047],
  [10, 2047],
  [0, 1023],
];

/** Positions among which the one of a rank is searched; the first `count` of the list. */
interface Candidates {
  readonly list: Int32Array;
  count: number;
  rank: number;
}

/** Keeps the candidates that have the digit of the rank's. */
function narrow(c: Candidates, keys: Uint32Array, shift: number, mask: number, counts: Int32Array): void {
  const { list, count } = c;
  counts.fill(0);
  for (let k = 0; k < count; k++) counts[(keys[list[k]] >>> shift) & mask]++;
  let bucket = 0;
  while (c.rank >= counts[bucket]) c.rank -= counts[bucket++];
  if (counts[bucket] === count) return;
  let kept = 0;
  for (let k = 0; k < count; k++) {
    const at = list[k];
    list[kept] = at;
    kept += +(((keys[at] >>> shift) & mask) === bucket);
  }
  c.count = kept;
}

/** Returns the function that gives the position of a rank in a line of n elements; equal elements keep their order, and NaN is the largest. */
export function rankSelector(x: NumericArray, n: number): (first: number, step: number, rank: number) => number {
  if (n < minRadixLength) {
    const sort = ranker(x, n, false);
    const order = new Int32Array(n);
    return (first, step, rank) => {
      sort(order, first, step);
      return order[rank];
    };
  }
  const scratch = scratchFor(x, n);
  const { high, low, other, counts } = scratch;
  return (first, step, rank) => {
    fillKeys(x, first, step, n, false, scratch);
    for (let k = 0; k < n; k++) other[k] = k;
    const c: Candidates = { list: other, count: n, rank };
    for (const keys of [high, low])
      for (const [shift, mask] of keys === null ? [] : digits)
        if (c.count > 1) narrow(c, keys as Uint32Array, shift, mask, counts);
    return c.list[c.rank];
  };
}
