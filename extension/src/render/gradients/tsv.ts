/** The table of gradients as tab-separated values. */
import { formatShape, type GradientsData, summaryAt } from "tapelab/view";

const heads: readonly string[] = [
  "tensor",
  "shape",
  "dtype",
  "norm",
  "mean",
  "std",
  "min",
  "max",
  "zeros",
  "count",
  "NaN",
  "inf",
  "gradient / weight",
  "state",
];

/** Returns the rows for a spreadsheet, with unformatted numbers. */
export function tsvOf({ tensors: t }: GradientsData, rows: readonly number[]): string {
  const lines = rows.map((i) => {
    const s = summaryAt(t.gradient, i);
    const numbers = s
      ? [s.norm, s.mean, s.std, s.min, s.max, s.zeros, s.count, s.nan, s.inf]
      : new Array<string>(9).fill("");
    return [
      t.name[i],
      formatShape(t.shape[i] ?? []),
      t.dtype[i],
      ...numbers.map((v) => v ?? ""),
      t.ratio[i] ?? "",
      t.state[i],
    ].join("\t");
  });
  return [heads.join("\t"), ...lines].join("\n");
}
