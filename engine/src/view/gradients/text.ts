/** The gradient table as plain text. */
import { type GradientsData, summaryAt } from "../../protocol/index.ts";
import { showNorm, showNumber, showShape, showShare, stateWords } from "../shared/format.ts";
import { capped, columns, maxTextRows } from "../shared/table.ts";

/** One sentence. */
export function gradientsHeadline({ tensors, totalNorm, omitted }: GradientsData): string {
  const n = tensors.name.length + omitted;
  return `Gradients of ${n} tensor${n === 1 ? "" : "s"}, total norm ${showNorm(totalNorm)}`;
}

export function gradientsText(g: GradientsData): string {
  const { name, shape, gradient, state, ratio } = g.tensors;
  const rows = name.map((n, i) => {
    const s = summaryAt(gradient, i);
    if (s === null) return [n, showShape(shape[i]), "", "", "", "", "", "", "", "", stateWords[state[i]]];
    return [
      n,
      showShape(shape[i]),
      showNorm(s.norm),
      showNumber(s.mean),
      showNumber(s.std),
      showNumber(s.min),
      showNumber(s.max),
      showShare(s.zeros, s.count),
      s.nan + s.inf === 0 ? "" : `${s.nan} NaN ${s.inf} inf`,
      showNorm(ratio[i]),
      stateWords[state[i]],
    ];
  });
  const head = ["tensor", "shape", "norm", "mean", "std", "min", "max", "zeros", "bad", "grad/weight", "state"];
  const used = head.map((_, c) => c < 2 || rows.some((r) => r[c] !== ""));
  const table = columns(
    [head, ...rows].map((r) => r.filter((_, c) => used[c])),
    new Set([2, 3, 4, 5, 6, 7]),
  );
  return [gradientsHeadline(g), "", ...capped(table, maxTextRows, "tensors")].join("\n");
}
