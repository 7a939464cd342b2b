/** Merges tapes into the rows of one table: aligned ops, and the leaves that they read. */

import type { LeafRecord, Step, TapeRecord } from "../shared/record.ts";
import { align, type Token } from "./align.ts";

/** A row: the index in each tape, or -1 where the tape does not have it. */
export type MergedRow = readonly number[];

/** The rows of several tapes. */
export interface Merged {
  readonly steps: readonly MergedRow[];
  readonly leaves: readonly MergedRow[];
  /** For each tape, the row of each step and of each leaf. */
  readonly stepRow: readonly (readonly number[])[];
  readonly leafRow: readonly (readonly number[])[];
}

/** Returns the index of the first tape that has a row. */
export const baseOf = (row: MergedRow): number => row.findIndex((i) => i >= 0);

/** Returns the rows of each tape's items: the inverse of the rows' indices. */
const inverse = (rows: readonly MergedRow[], tapes: readonly { readonly length: number }[]): number[][] =>
  tapes.map(({ length }, k) => {
    const rowOf = new Array<number>(length).fill(-1);
    rows.forEach((row, r) => {
      if (row[k] >= 0) rowOf[row[k]] = r;
    });
    return rowOf;
  });

/** Merges the tapes one after the other. */
export function merge(tapes: readonly TapeRecord[]): Merged {
  const steps = mergeSteps(tapes);
  const leaves = mergeLeaves(tapes, steps);
  return {
    steps,
    leaves,
    stepRow: inverse(
      steps,
      tapes.map((t) => t.steps),
    ),
    leafRow: inverse(
      leaves,
      tapes.map((t) => t.leaves),
    ),
  };
}

/** Aligns the ops of each tape with the rows of those before it. */
function mergeSteps(tapes: readonly TapeRecord[]): MergedRow[] {
  const tokens = tapes.map(({ steps }) => steps.map(({ op, scope, shape }): Token => ({ op, scope, shape })));
  let rows: MergedRow[] = tokens[0].map((_, i) => [i]);
  for (let k = 1; k < tapes.length; k++) {
    const base = rows.map((row) => tokens[baseOf(row)][row[baseOf(row)]]);
    const absent = new Array<number>(k).fill(-1);
    rows = align(base, tokens[k]).map(([i, j]) => [...(rows[i] ?? absent), j]);
  }
  return rows;
}

/** Whether a leaf has a name of its own: unnamed ones are called by their value or shape. */
const isNamed = ({ name }: LeafRecord): boolean => /^[\p{L}_$]/u.test(name);

/** Whether two leaves have one shape and dtype, and one value if they are numbers. */
const isAlike = (a: LeafRecord, b: LeafRecord): boolean =>
  a.dtype === b.dtype && a.shape.join() === b.shape.join() && (a.shape.length > 0 || a.name === b.name);

/** Pairs the leaves of each tape with those of the tapes before it: leaves that are read at the same inputs of the same ops, and leaves of the same name. */
function mergeLeaves(tapes: readonly TapeRecord[], steps: readonly MergedRow[]): MergedRow[] {
  let rows: MergedRow[] = tapes[0].leaves.map((_, i) => [i]);
  for (let k = 1; k < tapes.length; k++) {
    const votes = votesFor(tapes, steps, rows, k);
    const absent = new Array<number>(k).fill(-1);
    const partner = choosePairs(votes);
    const isTaken = new Set(partner.values());
    const added = tapes[k].leaves.flatMap((_, j): MergedRow[] => (isTaken.has(j) ? [] : [[...absent, j]]));
    rows = [...rows.map((row, r) => [...row, partner.get(r) ?? -1]), ...added];
  }
  return rows;
}

interface Vote {
  readonly row: number;
  readonly leaf: number;
  weight: number;
}

/** Votes for a leaf that is the same tensor in both tapes, for one of the same name, and for one that is merely alike. */
const tensorWeight = 2000;
const nameWeight = 1000;
const alikeWeight = 0.5;

/** Returns how much speaks for each pair of a row and a leaf of tape `k`. */
function votesFor(
  tapes: readonly TapeRecord[],
  steps: readonly MergedRow[],
  rows: readonly MergedRow[],
  k: number,
): Vote[] {
  const votes = new Map<string, Vote>();
  const vote = (row: number, leaf: number, weight: number): void => {
    const key = `${row} ${leaf}`;
    const known = votes.get(key);
    if (known) known.weight += weight;
    else votes.set(key, { row, leaf, weight });
  };
  const { leaves } = tapes[k];
  rows.forEach((row, r) => {
    const base = tapes[baseOf(row)].leaves[row[baseOf(row)]];
    leaves.forEach((leaf, j) => {
      if (leaf.kind !== base.kind) return;
      if (leaf.tensor !== null && leaf.tensor === base.tensor) vote(r, j, tensorWeight);
      if (leaf.name === base.name && isNamed(leaf)) vote(r, j, nameWeight);
      else if (!(isNamed(leaf) && isNamed(base)) && isAlike(leaf, base)) vote(r, j, alikeWeight);
    });
  });
  const rowOf = inverse(
    rows,
    tapes.slice(0, k).map((t) => t.leaves),
  );
  const stepIn = (tape: number, i: number): Step => tapes[tape].steps[i];
  for (const row of steps) {
    const base = baseOf(row);
    if (base === k || row[k] < 0) continue;
    const [first, here] = [stepIn(base, row[base]).inputs, stepIn(k, row[k]).inputs];
    for (let p = 0; p < Math.min(first.length, here.length); p++)
      if (first[p] < 0 && here[p] < 0) vote(rowOf[base][-1 - first[p]], -1 - here[p], 1);
  }
  return [...votes.values()];
}

/** Returns the partner of each row: the pairs with the most votes first, each row and each leaf once. */
function choosePairs(votes: readonly Vote[]): Map<number, number> {
  const partner = new Map<number, number>();
  const taken = new Set<number>();
  for (const { row, leaf } of votes.toSorted((a, b) => b.weight - a.weight || a.row - b.row)) {
    if (partner.has(row) || taken.has(leaf)) continue;
    partner.set(row, leaf);
    taken.add(leaf);
  }
  return partner;
}
