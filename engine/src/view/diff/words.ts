/** Short texts about a comparison of tapes, which text, table and extension share. */
import { type DiffData, type DiffMark, type DiffSide, type Summary, summaryAt } from "../../protocol/index.ts";
import { formatNorm, formatNumber, formatShape, nonFiniteWords, stateWords, summaryWords } from "../shared/format.ts";
import { isStale, locationWords } from "../shared/places.ts";

const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** Returns the numbers of differences: `2 ops differ`, `1 value`, `3 gradients`. */
export function diffFacts({ totals, sides }: DiffData): string[] {
  const { structure, values, gradients } = totals;
  const facts = [
    ...(structure > 0 ? [counted(structure, "op")] : []),
    ...(values > 0 ? [counted(values, "value")] : []),
    ...(gradients > 0 ? [counted(gradients, "gradient")] : []),
  ];
  if (facts.length === 0) return [`${sides.length === 2 ? "Both" : `All ${sides.length}`} tapes agree`];
  const verb =
    structure + values + gradients === 1 || [structure, values, gradients].find((n) => n > 0) === 1
      ? "differs"
      : "differ";
  return [`${facts[0]} ${verb}`, ...facts.slice(1)];
}

/** Returns a tape in words: `run 7: loss 2.29, 4 ops`. */
export const sideWords = ({ name, title, ops }: DiffSide): string =>
  `${title === name || title.startsWith(`${name} `) ? title : `${name}: ${title}`}, ${counted(ops, "op")}`;

/** Sign of a mark, before the name of the row. */
export const markSigns: Readonly<Record<DiffMark, string>> = {
  same: " ",
  changed: "~",
  removed: "−",
  added: "+",
  partial: "±",
};

/** Returns the first tape that has a row. */
export const baseSide = ({ sides }: DiffData, row: number): number =>
  Math.max(
    sides.findIndex((side) => side.label[row] !== null),
    0,
  );

/** Returns the name of a row; a leaf that is called by its shape is `data`. */
export function rowName({ rows }: DiffData, row: number): string {
  const name = rows.name[row];
  return rows.kind[row] !== "op" && name.startsWith("[") ? "data" : name;
}

/** Whether a row is the first leaf, below the ops. */
export const beginsLeaves = ({ rows }: DiffData, row: number): boolean =>
  rows.kind[row] !== "op" && (row === 0 || rows.kind[row - 1] === "op");

/** Heading of the leaves. */
export const leavesHeading = "parameters and data";

/** Whether the gradients of a row differ in any tape. */
export const gradientsDiffer = ({ sides }: DiffData, row: number): boolean =>
  sides.some(({ gradient }) => gradient.state[row] === "different" || gradient.state[row] === "missing");

/** Returns the innermost scope of an op, unless that is a composite of the op's name; empty for a leaf. */
export function rowScope({ sides, rows }: DiffData, row: number, k: number): string {
  const scope = sides[k].scope[row].split("/").at(-1) ?? "";
  return scope === rows.name[row] ? "" : scope;
}

/** Returns the shape of a row in a tape, with the dtype where that is not float32. */
export function shapeWords(side: DiffSide, row: number): string {
  const shape = side.shape[row];
  return shape === null ? "" : formatShape(shape);
}

/** Returns the call site of a row in a tape; empty where it is not known. */
export function diffSiteWords({ cells, sides }: DiffData, row: number, k: number): string {
  const site = sides[k].site[row];
  if (site === null) return "";
  return isStale(cells, site) ? `${locationWords(cells, site)} stale` : locationWords(cells, site);
}

/** Returns `first in structure and value` for a row of the first divergences; empty for others. */
export function firstWords({ first }: DiffData, row: number): string {
  const kinds = (["structure", "value", "gradient"] as const).filter((kind) => first[kind] === row);
  return kinds.length === 0 ? "" : `first in ${kinds.join(" and ")}`;
}

/** Returns the statistics of a row in a tape; those of equal tensors are stored with the first tape. */
function summaryOf(data: DiffData, row: number, k: number, of: "value" | "gradient"): Summary | null {
  return summaryAt(data.sides[k][of].summary, row) ?? summaryAt(data.sides[baseSide(data, row)][of].summary, row);
}

/** Returns the value of a row in one tape in a few words; empty where it was not kept. */
export function valueWords(data: DiffData, row: number, k: number): string {
  if (data.sides[k].label[row] === null) return "";
  const summary = summaryOf(data, row, k, "value");
  return summary === null || data.sides[k].value.state[row] === "unknown" ? "" : summaryWords(summary);
}

/** Returns the norm of a row's gradient in one tape, or the reason why there is none. */
export function gradientNormWords(data: DiffData, row: number, k: number): string {
  const side = data.sides[k];
  if (side.label[row] === null) return "";
  const state = side.gradientState[row];
  if (state === "notRequired") return "";
  if (state !== "computed") return stateWords[state];
  const summary = summaryOf(data, row, k, "gradient");
  return summary === null ? "" : nonFiniteWords(summary) || formatNorm(summary.norm);
}

const unchanged: Readonly<Record<string, string>> = {
  equal: "same",
  close: "same",
  rounding: "same up to rounding",
  unknown: "not kept",
};

/** Returns how a value differs in tape `k` from the first: `2.29 → 0.318`, or `μ 0.02 → 0.05, max |Δ| 0.3`. */
export function valueChange(data: DiffData, row: number, k: number): string {
  const { state, difference } = data.sides[k].value;
  const known = unchanged[state[row]];
  if (known !== undefined) return known;
  if (state[row] === "none") return "";
  const [a, b] = [valueWords(data, row, baseSide(data, row)), valueWords(data, row, k)];
  if (state[row] === "shape") return a === b ? a : `${a} → ${b}`;
  const d = difference[row];
  if (data.sides[k].shape[row]?.every((n) => n === 1) && d !== null)
    return `${formatNumber(d.values[0])} → ${formatNumber(d.values[1])}`;
  const words = a === b ? a : `${a} → ${b}`;
  return d === null ? words : `${words}, max |Δ| ${formatNumber(d.largest)}`;
}

/** Returns the largest difference of a value for a column that shows its distributions: `max |Δ| 0.3`, or the numbers of a scalar. */
export function valueDistance(data: DiffData, row: number, k: number): string {
  const { state, difference } = data.sides[k].value;
  const d = difference[row];
  const isScalar = data.sides[k].shape[row]?.every((n) => n === 1) === true;
  return state[row] !== "different" || d === null || isScalar
    ? valueChange(data, row, k)
    : `max |Δ| ${formatNumber(d.largest)}`;
}

/** Returns how a gradient differs in tape `k` from the first: `1.1e−04 → 5.0e−02, ×455`. */
export function gradientChange(data: DiffData, row: number, k: number): string {
  const { state, difference } = data.sides[k].gradient;
  const known = unchanged[state[row]];
  if (known !== undefined) return known;
  if (state[row] === "none") return "";
  const change = `${gradientNormWords(data, row, baseSide(data, row))} → ${gradientNormWords(data, row, k)}`;
  const ratio = difference[row]?.ratio ?? null;
  return ratio === null ? change : `${change}, ×${formatNumber(Number(Number(ratio).toPrecision(3)))}`;
}

/** Returns `37 equal rows`, or `37 rows, of which 12 differ`. */
export const skippedWords = (n: number, changed: number): string =>
  changed === 0
    ? counted(n, "equal row")
    : `${counted(n, "row")}, of which ${changed} differ${changed === 1 ? "s" : ""}`;

/** Rows beside a change of structure that belong to it. */
const context = 2;

/** Rows to show of all that are stored, and what is left out before each of them and after the last. */
export interface ShownRows {
  readonly rows: readonly number[];
  readonly skipped: readonly (readonly [count: number, changed: number])[];
}

/** Returns at most `most` rows: changes of structure and first divergences with their neighbours, then leaves, values, and gradients. */
export function mostImportant(data: DiffData, most: number): ShownRows {
  const { rows, first, totals, sides } = data;
  const all = rows.name.map((_, r) => r);
  const differsIn = (of: "value" | "gradient", r: number): boolean =>
    sides.some((side) => side[of].state[r] === "different" || side[of].state[r] === "missing");
  const rank = (r: number): number => {
    if (Object.values(first).includes(r) || rows.changes[r].length > 0) return 0;
    if (!["same", "changed"].includes(rows.mark[r])) return 0;
    if (rows.kind[r] !== "op") return 1;
    return differsIn("value", r) ? 2 : differsIn("gradient", r) ? 3 : 4;
  };
  const ranks = all.map(rank);
  const isNear = all.map((r) => ranks.slice(Math.max(r - context, 0), r + context + 1).includes(0));
  const order = all.toSorted((a, b) => (isNear[a] ? 0 : ranks[a]) - (isNear[b] ? 0 : ranks[b]) || a - b);
  const kept = order.slice(0, most).toSorted((a, b) => a - b);
  const between = (from: number, to: number): readonly [number, number] => {
    let [count, changed] = [0, 0];
    for (let r = from; r < to; r++) {
      count += rows.skipped[r] + 1;
      changed += rows.skippedChanged[r] + (rows.mark[r] === "same" ? 0 : 1);
    }
    return [count + (rows.skipped[to] ?? totals.skipped), changed + (rows.skippedChanged[to] ?? totals.skippedChanged)];
  };
  return {
    rows: kept,
    skipped: [...kept.map((r, i) => between((kept[i - 1] ?? -1) + 1, r)), between((kept.at(-1) ?? -1) + 1, all.length)],
  };
}
