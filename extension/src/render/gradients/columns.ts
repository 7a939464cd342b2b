/** Columns of the gradient table: title, what they sort by, what they copy as. */
import { formatShape, type GradientsData, type Summary, summaryAt } from "tapelab/view";

interface ColumnSpec {
  readonly title: string;
  /** A sentence that explains the column. */
  readonly sentence: string;
  /** What rows are sorted by; what has none is NaN. */
  readonly key: (data: GradientsData, row: number) => number | string;
  /** Whether the first click puts the largest on top. */
  readonly downFirst: boolean;
}

/** A column's name. */
export type Column =
  | "name"
  | "shape"
  | "norm"
  | "mean"
  | "std"
  | "min"
  | "max"
  | "zeros"
  | "nan"
  | "inf"
  | "distribution"
  | "ratio"
  | "state";

const number = (title: string, sentence: string, pick: (s: Summary) => unknown): ColumnSpec => ({
  title,
  sentence,
  key: (data, row) => {
    const s = summaryAt(data.tensors.gradient, row);
    return s ? Number(pick(s) ?? Number.NaN) : Number.NaN;
  },
  downFirst: true,
});

/** In the order of the table. */
export const columns: Readonly<Record<Column, ColumnSpec>> = {
  name: {
    title: "tensor",
    sentence: "The parameter or tensor whose gradient this is.",
    key: (data, row) => data.tensors.name[row] ?? "",
    downFirst: false,
  },
  shape: {
    title: "shape",
    sentence: "The sizes of the tensor and of its gradient; sorts by the number of elements.",
    key: (data, row) => (data.tensors.shape[row] ?? []).reduce((a, b) => a * b, 1),
    downFirst: true,
  },
  norm: number(
    "norm",
    "The norm of the gradient, in digits, and as a bar on a logarithmic scale from 1e−8 to 1e2.",
    (s) => s.norm,
  ),
  mean: number("mean", "The mean of the gradient's elements.", (s) => s.mean),
  std: number("std", "The standard deviation of the gradient's elements.", (s) => s.std),
  min: number("min", "The least element of the gradient.", (s) => s.min),
  max: number("max", "The greatest element of the gradient.", (s) => s.max),
  zeros: number(
    "zeros",
    "The share of elements that are exactly 0; many zeros mean units that learn nothing.",
    (s) => s.zeros / s.count,
  ),
  nan: number("NaN", "How many elements are NaN, not a number.", (s) => s.nan),
  inf: number("inf", "How many elements are infinite.", (s) => s.inf),
  distribution: number(
    "distribution",
    "How the gradient's elements are distributed, from the least to the greatest; sorts by standard deviation.",
    (s) => s.std,
  ),
  ratio: {
    title: "gradient / weight",
    sentence:
      "The norm of the gradient over that of the tensor, on a logarithmic scale from 1e−6 to 1 with a mark at 1e−3.",
    key: (data, row) => Number(data.tensors.ratio[row] ?? Number.NaN),
    downFirst: true,
  },
  state: {
    title: "state",
    sentence: "What is unusual: no gradient and why, zeros, or numbers that are not finite.",
    key: (data, row) => data.tensors.state[row] ?? "",
    downFirst: false,
  },
};

/** The rows as text that a spreadsheet takes, with full numbers. */
export function tsv(data: GradientsData, rows: readonly number[]): string {
  const t = data.tensors;
  const head = [
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
  return [head.join("\t"), ...lines].join("\n");
}
