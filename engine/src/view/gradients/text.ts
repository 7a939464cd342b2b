/** The table of gradients as plain text. */
import { type GradientsData, summaryAt } from "../../protocol/index.ts";
import { formatNorm, formatNumber, formatShape, formatShare, stateWords } from "../shared/format.ts";
import { alignColumns, limitLines, maxTextRows } from "../shared/table.ts";

const heads: readonly string[] = [
  "tensor",
  "shape",
  "norm",
  "mean",
  "std",
  "min",
  "max",
  "zeros",
  "bad",
  "grad/weight",
  "state",
];
/** Columns of numbers, which are aligned to the right. */
const numeric: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7]);

/** Returns a sentence with the number of tensors and the norm of all gradients. */
export function gradientsHeadline({ tensors, totalNorm, omitted }: GradientsData): string {
  const n = tensors.name.length + omitted;
  return `Gradients of ${n} tensor${n === 1 ? "" : "s"}, total norm ${formatNorm(totalNorm)}`;
}

/** Returns the state of a gradient with the reason for it, such as `not reached: detached in cell [4], line 2`; "" if there is nothing to say. */
export const statesWithReason = ({ state, reason }: GradientsData["tensors"], i: number): string =>
  [stateWords[state[i]], reason?.[i] ?? ""].filter((words) => words !== "").join(": ");

/** Returns the cells of a tensor, in the order of the heads. */
function cellsOf(t: GradientsData["tensors"], i: number): string[] {
  const { name, shape, gradient, ratio } = t;
  const s = summaryAt(gradient, i);
  const facts =
    s === null
      ? new Array<string>(heads.length - 3).fill("")
      : [
          formatNorm(s.norm),
          formatNumber(s.mean),
          formatNumber(s.std),
          formatNumber(s.min),
          formatNumber(s.max),
          formatShare(s.zeros, s.count),
          s.nan + s.inf === 0 ? "" : `${s.nan} NaN ${s.inf} inf`,
          formatNorm(ratio[i]),
        ];
  return [name[i], formatShape(shape[i]), ...facts, statesWithReason(t, i)];
}

/** Returns the table as text, without columns that are empty. */
export function gradientsText(g: GradientsData): string {
  const rows = g.tensors.name.map((_, i) => cellsOf(g.tensors, i));
  const used = heads.map((_, c) => c < 2 || rows.some((row) => row[c] !== ""));
  const table = alignColumns(
    [heads, ...rows].map((row) => row.filter((_, c) => used[c])),
    numeric,
  );
  return [gradientsHeadline(g), "", ...limitLines(table, maxTextRows, "tensors")].join("\n");
}
