/** Columns of the gradient table: title, what they sort by, what they copy as. */
import { type GradientsData, type Summary, showShape, summaryAt } from "tapelab/view";

interface ColumnSpec {
  readonly title: string;
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

const number = (title: string, pick: (s: Summary) => unknown): ColumnSpec => ({
  title,
  key: (data, row) => {
    const s = summaryAt(data.tensors.gradient, row);
    return s ? Number(pick(s) ?? Number.NaN) : Number.NaN;
  },
  downFirst: true,
});

/** In the order of the table. */
export const columns: Readonly<Record<Column, ColumnSpec>> = {
  name: { title: "tensor", key: (data, row) => data.tensors.name[row] ?? "", downFirst: false },
  shape: {
    title: "shape",
    key: (data, row) => (data.tensors.shape[row] ?? []).reduce((a, b) => a * b, 1),
    downFirst: true,
  },
  norm: number("norm", (s) => s.norm),
  mean: number("mean", (s) => s.mean),
  std: number("std", (s) => s.std),
  min: number("min", (s) => s.min),
  max: number("max", (s) => s.max),
  zeros: number("zeros", (s) => s.zeros / s.count),
  nan: number("NaN", (s) => s.nan),
  inf: number("inf", (s) => s.inf),
  distribution: number("distribution", (s) => s.std),
  ratio: {
    title: "gradient / weight",
    key: (data, row) => Number(data.tensors.ratio[row] ?? Number.NaN),
    downFirst: true,
  },
  state: { title: "state", key: (data, row) => data.tensors.state[row] ?? "", downFirst: false },
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
      showShape(t.shape[i] ?? []),
      t.dtype[i],
      ...numbers.map((v) => v ?? ""),
      t.ratio[i] ?? "",
      t.state[i],
    ].join("\t");
  });
  return [head.join("\t"), ...lines].join("\n");
}
