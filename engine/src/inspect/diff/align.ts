/**
 * Aligns two sequences of ops by dynamic programming (Needleman–Wunsch): the pairs, in the order of both, whose similarities have the largest sum. Items
 * without a partner were removed from the first sequence or added in the second.
 */

/** An item of a sequence: its op, the names of its scopes from the outermost, and the shape of its result. */
export interface Token {
  readonly op: string;
  readonly scope: readonly string[];
  readonly shape: readonly number[];
}

/** A position in both sequences; -1 where the item has no partner. */
export type Pair = readonly [first: number, second: number];

/** Cells of the table of partial sums; longer sequences are aligned in a band around the diagonal. */
const maxCells = 12_000_000;

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

/** Returns the number of names that two paths have in common at their ends: a student's model and the reference have different outer names. */
function commonEnd(a: readonly string[], b: readonly string[]): number {
  let n = 0;
  while (n < a.length && n < b.length && a[a.length - 1 - n] === b[b.length - 1 - n]) n++;
  return n;
}

/** Returns how well two items fit: 0 for different ops, which are never partners; else more for the same scope, and for the same shape. */
export function similarity(a: Token, b: Token): number {
  if (a.op !== b.op) return 0;
  const scope = isSame(a.scope, b.scope) ? 12 : commonEnd(a.scope, b.scope) > 0 ? 8 : 0;
  const shape = isSame(a.shape, b.shape) ? 6 : a.shape.length === b.shape.length ? 2 : 0;
  return 8 + scope + shape;
}

/** Added to a pair that follows another one, which is less than any difference of two similarities: of alike alignments the one with the fewest gaps wins. */
const continuation = 1;

const equal = (a: Token, b: Token): boolean => a.op === b.op && isSame(a.scope, b.scope) && isSame(a.shape, b.shape);

/** Aligns two sequences. Removed items come before added ones at the same place. */
export function align(a: readonly Token[], b: readonly Token[]): Pair[] {
  let start = 0;
  while (start < a.length && start < b.length && equal(a[start], b[start])) start++;
  let end = 0;
  const most = Math.min(a.length, b.length) - start;
  while (end < most && equal(a[a.length - 1 - end], b[b.length - 1 - end])) end++;
  const middle = alignMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return [
    ...Array.from({ length: start }, (_, i): Pair => [i, i]),
    ...middle.map(([i, j]): Pair => [i < 0 ? -1 : i + start, j < 0 ? -1 : j + start]),
    ...Array.from({ length: end }, (_, i): Pair => [a.length - end + i, b.length - end + i]),
  ];
}

/** A step of the path through the table. */
type Step = "pair" | "added" | "removed";

/**
 * Fills the table of the best sums row by row, of which only the last row and the step of each cell are kept, and reads the path from its end. Cells before
 * the band of a row continue the row above; those behind it continue the band.
 */
function alignMiddle(a: readonly Token[], b: readonly Token[]): Pair[] {
  const [n, m] = [a.length, b.length];
  const half = Math.ceil(Math.max(maxCells / (2 * n), 64));
  const band = (i: number): readonly [first: number, last: number] => [
    Math.max(1, Math.floor((i * m) / n) - half),
    Math.min(m, Math.ceil((i * m) / n) + half),
  ];
  const similarityOf = similarities(a, b);
  const steps: Step[][] = [];
  let above = new Int32Array(m + 1);
  for (let i = 1; i <= n; i++) {
    const [first, last] = band(i);
    const before = band(i - 1)[0];
    const row = above.slice();
    const step = new Array<Step>(last - first + 1);
    for (let j = first; j <= last; j++) {
      const fit = similarityOf(i - 1, j - 1);
      const follows = steps[i - 2]?.[j - 1 - before] === "pair";
      const paired = fit === 0 ? -1 : above[j - 1] + fit + (follows ? continuation : 0);
      const best = Math.max(paired, row[j - 1], above[j]);
      row[j] = best;
      step[j - first] = paired === best ? "pair" : row[j - 1] === best ? "added" : "removed";
    }
    steps.push(step);
    above = row.fill(row[last], last + 1);
  }
  return readPath(n, m, (i, j) => (j < band(i)[0] ? "removed" : (steps[i - 1][j - band(i)[0]] ?? "added")));
}

/** Reads the path of the best sum from its end to its beginning. */
function readPath(n: number, m: number, stepAt: (i: number, j: number) => Step): Pair[] {
  const pairs: Pair[] = [];
  let [i, j] = [n, m];
  while (i > 0 || j > 0) {
    const step = i === 0 ? "added" : j === 0 ? "removed" : stepAt(i, j);
    if (step !== "added") i--;
    if (step !== "removed") j--;
    pairs.push([step === "added" ? -1 : i, step === "removed" ? -1 : j]);
  }
  return pairs.toReversed();
}

/** Returns the function that gives the similarity of two items by index; that of two kinds of items is computed once. */
function similarities(a: readonly Token[], b: readonly Token[]): (i: number, j: number) => number {
  const kinds: Token[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (t: Token): number => {
    const key = `${t.op} ${t.scope.join("/")} ${t.shape.join(",")}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, kinds.length);
    return kinds.push(t) - 1;
  };
  const [first, second] = [a.map(numberOf), b.map(numberOf)];
  const table = new Int32Array(kinds.length ** 2).fill(-1);
  return (i, j) => {
    const key = first[i] * kinds.length + second[j];
    if (table[key] < 0) table[key] = similarity(kinds[first[i]], kinds[second[j]]);
    return table[key];
  };
}
