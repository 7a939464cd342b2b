/** The last values of the tape that the program read as arrays or numbers. A tensor that is made of the same elements has lost the way back. */
import type { Cut } from "./cut.ts";

/** Elements of a value that was read: all of a small one, a sample of a large one. */
interface Read {
  readonly cut: Cut;
  readonly count: number;
  readonly sample: readonly number[];
  /** Whether equal elements are certain to be the same ones. */
  readonly isTelling: boolean;
}

const maxReads = 8;
const sampleSize = 8;

/** The last reads, of which `next` is the oldest. */
const reads: (Read | null)[] = new Array<Read | null>(maxReads).fill(null);
let next = 0;

/** Whether any value was read. */
export const hasReads = (): boolean => reads[0] !== null;

/** Returns the positions whose elements are compared. */
const positionsOf = (count: number): number[] =>
  Array.from({ length: Math.min(count, sampleSize) }, (_, i) =>
    count <= sampleSize ? i : Math.floor((i * (count - 1)) / (sampleSize - 1)),
  );

/** Whether a number occurs everywhere: a small integer, or a simple fraction. */
const isCommon = (v: number): boolean => Number.isInteger(v * 4) && Math.abs(v) < 1000;

/** Notes that the elements of a value were read. Those that are all 0, all 1 or the like say nothing. */
export function noteRead(cut: Cut, elements: ArrayLike<number>): void {
  const sample = positionsOf(elements.length).map((at) => elements[at]);
  const isConstant = sample.every((v) => v === sample[0]);
  if (sample.length === 0 || (isConstant && Math.abs(sample[0]) <= 1 && Number.isInteger(sample[0]))) return;
  const isTelling = sample.some((v) => !isCommon(v)) || (!isConstant && sample.length > 1);
  reads[next] = { cut, count: elements.length, sample, isTelling };
  next = (next + 1) % maxReads;
}

/** Returns the reads, the last one first. */
function* lastReads(): Generator<Read> {
  for (let k = 1; k <= maxReads; k++) {
    const read = reads[(next - k + maxReads) % maxReads];
    if (read !== null) yield read;
  }
}

/** Returns the cuts of the values that were read last. */
export const readCuts = (): Cut[] => Array.from(lastReads(), (read) => read.cut);

/** Returns the cut of the last read if the list was collected from single numbers: its last elements are those that were read last, in order. */
function collectedFrom(elements: ArrayLike<unknown>): Cut | null {
  const last = [...lastReads()].slice(0, elements.length);
  const isCollected = last.every(
    ({ count, cut, sample }, k) =>
      count === 1 && cut.kind === "array" && elements[elements.length - 1 - k] === sample[0],
  );
  // two equal numbers may be chance, common ones even more so
  const isTelling = last.filter((read) => read.isTelling).length >= Math.min(2, elements.length);
  return isCollected && last.length >= Math.min(elements.length, maxReads) && elements.length > 1 && isTelling
    ? last[0].cut.asRead("elements")
    : null;
}

/** Returns the cut of the value that was last read with exactly the same elements, or else with as many; `null` for none. */
export function readWith(elements: ArrayLike<unknown>): Cut | null {
  const collected = collectedFrom(elements);
  if (collected !== null) return collected;
  let similar: Cut | null = null;
  for (const { cut, count, sample, isTelling } of lastReads()) {
    if (count !== elements.length) continue;
    const positions = positionsOf(count);
    // a value that was off the tape before it was read left the tape in another way
    if (sample.every((v, i) => elements[positions[i]] === v))
      return cut.kind === "array" ? cut.asRead(isTelling ? "elements" : "common") : cut;
    // one number may come from anywhere
    if (count > 1) similar ??= cut;
  }
  return similar?.asRead("count") ?? null;
}
