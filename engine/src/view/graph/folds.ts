/** Finds blocks that are repeated, such as the layers of a transformer or the steps of a loop, and folds them. */
import type { TapeData } from "../../protocol/index.ts";
import type { GraphItem } from "./tree.ts";

/** Number of repeats from which blocks are folded: of scopes, and of operations without one. */
const minScopes = 3;
const minOps = 4;
/** Most items of a block. */
const maxPeriod = 24;

/** Folds runs of equal blocks: of one item, as a scope, or of several, as the operations of a loop's step. */
export function foldRepeats(tape: TapeData, items: readonly GraphItem[]): GraphItem[] {
  const ids = idsOf(items.map((item) => signature(tape, item)));
  const folded: GraphItem[] = [];
  for (let i = 0; i < items.length; ) {
    const { period, count } = bestRepeat(items, ids, i);
    if (period === 0) folded.push(items[i++]);
    else {
      folded.push(foldOf(items.slice(i, i + period * count), period));
      i += period * count;
    }
  }
  return folded;
}

/** Returns a number for each text, the same for equal ones. */
function idsOf(texts: readonly string[]): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(texts, (text) => {
    const id = known.get(text) ?? known.size;
    known.set(text, id);
    return id;
  });
}

/** Returns the repeat that begins at an item and covers most; of those that cover as much, the one with the shortest block. `period` 0: none. */
function bestRepeat(
  items: readonly GraphItem[],
  ids: Int32Array,
  i: number,
): { readonly period: number; readonly count: number } {
  let best = { period: 0, count: 0 };
  for (let period = 1; period <= maxPeriod && i + 2 * period <= ids.length; period++) {
    let end = i + period;
    while (end < ids.length && ids[end] === ids[end - period]) end++;
    const count = Math.floor((end - i) / period);
    const hasScope = items.slice(i, i + period).some(({ kind }) => kind !== "op");
    if (count >= (hasScope ? minScopes : minOps) && period * count > best.period * best.count) best = { period, count };
  }
  return best;
}

/** Describes an item's structure: ops, shapes, and how they are connected inside. Names of scopes, and what it reads from outside, do not count. */
function signature(tape: TapeData, item: GraphItem): string {
  const { rows } = tape;
  const place = new Map(item.rows.map((row, i) => [row, i]));
  const parts = item.rows.map((row) => {
    // the first step of a loop reads a leaf where the later ones read the step before
    const inputs = rows.inputs[row].map((input) => place.get(input) ?? "x");
    return `${rows.op[row]}:${rows.shape[row].join("x")}(${inputs.join(",")})`;
  });
  return `${item.kind} ${parts.join(";")}`;
}

function foldOf(items: readonly GraphItem[], period: number): GraphItem {
  const count = items.length / period;
  const key = `f${items[0].key}`;
  const rows = items.flatMap((item) => item.rows).sort((a, b) => a - b);
  const blocks = Array.from({ length: count }, (_, i): GraphItem => {
    const block = items.slice(i * period, (i + 1) * period);
    if (period === 1) return block[0];
    const of = block.flatMap((item) => item.rows).sort((a, b) => a - b);
    return { key: `${key}b${i}`, kind: "block", name: `${i + 1}`, rows: of, children: block };
  });
  const name = period === 1 ? commonName(items.map((item) => item.name)) : blockName(items.slice(0, period));
  return { key, kind: "fold", name: `${name} × ${count}`, rows, children: blocks };
}

/** Returns what names have in common: `block` for `block1`, `block2`, …; else the first and the last. */
function commonName(names: readonly string[]): string {
  const stems = new Set(names.map((name) => name.replace(/[._ ]?\d+$/, "")));
  const [stem] = stems;
  return stems.size === 1 && stem !== "" ? stem : `${names[0]}…${names[names.length - 1]}`;
}

/** Returns the names of a block's first items. */
function blockName(items: readonly GraphItem[]): string {
  const names = [...new Set(items.map((item) => item.name))];
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 2).join(", ")}, …`;
}
