/** The columns of the table of gradients, and the order of its rows. */
import { formatShape, type GradientsData, type Summary, stateWords, summaryAt } from "tapelab/view";

/** A column: its head, and the key that it sorts by. */
interface ColumnSpec {
  readonly title: string;
  /** A sentence that explains the column. */
  readonly sentence: string;
  /** Returns the key of a row; NaN if the row has no number. */
  readonly key: (data: GradientsData, row: number) => number | string;
  /** Whether the first click sorts with the largest on top. */
  readonly isDescending: boolean;
}

/** Name of a column. */
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

/** Defines a column that sorts by a number of the gradient's summary, with the largest on top. */
const numeric = (title: string, sentence: string, pick: (s: Summary) => unknown): ColumnSpec => ({
  title,
  sentence,
  key: (data, row) => {
    const s = summaryAt(data.tensors.gradient, row);
    return s ? Number(pick(s) ?? Number.NaN) : Number.NaN;
  },
  isDescending: true,
});

/** The columns in the order of the table. */
export const columns: Readonly<Record<Column, ColumnSpec>> = {
  name: {
    title: "tensor",
    sentence: "The parameter or tensor whose gradient this is.",
    key: (data, row) => data.tensors.name[row] ?? "",
    isDescending: false,
  },
  shape: {
    title: "shape",
    sentence: "The sizes of the tensor and of its gradient; sorts by the number of elements.",
    key: (data, row) => (data.tensors.shape[row] ?? []).reduce((a, b) => a * b, 1),
    isDescending: true,
  },
  norm: numeric(
    "norm",
    "The norm of the gradient, in digits, and as a bar on a logarithmic scale from 1e−8 to 1e2.",
    (s) => s.norm,
  ),
  mean: numeric("mean", "The mean of the gradient's elements.", (s) => s.mean),
  std: numeric("std", "The standard deviation of the gradient's elements.", (s) => s.std),
  min: numeric("min", "The least element of the gradient.", (s) => s.min),
  max: numeric("max", "The greatest element of the gradient.", (s) => s.max),
  zeros: numeric(
    "zeros",
    "The share of elements that are exactly 0; many zeros mean units that learn nothing.",
    (s) => s.zeros / s.count,
  ),
  nan: numeric("NaN", "How many elements are NaN, not a number.", (s) => s.nan),
  inf: numeric("inf", "How many elements are infinite.", (s) => s.inf),
  distribution: numeric(
    "distribution",
    "How the gradient's elements are distributed, from the least to the greatest; sorts by standard deviation.",
    (s) => s.std,
  ),
  ratio: {
    title: "gradient / weight",
    sentence:
      "The norm of the gradient over that of the tensor, on a logarithmic scale from 1e−6 to 1 with a mark at 1e−3.",
    key: (data, row) => Number(data.tensors.ratio[row] ?? Number.NaN),
    isDescending: true,
  },
  state: {
    title: "state",
    sentence: "What is unusual: no gradient and why, zeros, or numbers that are not finite.",
    key: (data, row) => data.tensors.state[row] ?? "",
    isDescending: false,
  },
};

/** Column that the table is sorted by, and its direction. */
export interface Sorting {
  readonly column: Column;
  readonly descending: boolean;
}

/** Returns the rows whose name, shape, dtype or state contains the filter. */
export function filterRows({ tensors: t }: GradientsData, filter: string): number[] {
  const wanted = filter.trim().toLowerCase();
  const textOf = (i: number): string =>
    `${t.name[i]} ${formatShape(t.shape[i] ?? [])} ${t.dtype[i]} ${t.state[i]} ${stateWords[t.state[i] ?? "computed"]}`;
  return t.name.map((_, i) => i).filter((i) => textOf(i).toLowerCase().includes(wanted));
}

/** Returns the rows in the order of the sorting. */
export function sortRows(data: GradientsData, rows: readonly number[], { column, descending }: Sorting): number[] {
  const { key } = columns[column];
  return rows.toSorted((a, b) => {
    const [x, y] = [key(data, a), key(data, b)];
    const order =
      typeof x === "number" && typeof y === "number" ? compareNumbers(x, y) : String(x).localeCompare(String(y));
    return descending ? -order : order;
  });
}

/** Compares numbers; NaN comes before all others. */
const compareNumbers = (a: number, b: number): number =>
  Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : Number.isNaN(b) ? 1 : a - b;
