/** The parts of a failed call and what is wrong with them, and words for them. */
import type { DimIndex } from "../../protocol/index.ts";
import type { BoundCall } from "./bound-call.ts";
import { ofEquation, ofPairs } from "./call-notation.ts";
import { type Clash, type DimRules, dimRules, type NamedShape } from "./dims.ts";

/** A tensor of the call, or a shape that it was asked for. */
export interface Part {
  readonly name: string;
  readonly role: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly isField: boolean;
}

/** The kind of an error, which decides the changes that are tried. */
export type ErrorKind = "shape" | "elements" | "dtype" | "index" | "argument";

/** The faults of the parts. */
export interface Reason {
  readonly kind: ErrorKind;
  readonly parts: readonly Part[];
  readonly named: readonly (NamedShape | null)[];
  /** The comparison of sizes: by names, aligned at the end, or one by one; `null` where it is not known. */
  readonly comparison: "names" | "broadcast" | "equal" | null;
  readonly clashes: readonly Clash[];
  readonly marked: readonly DimIndex[];
  readonly wrongDTypes: readonly number[];
  readonly sentence: string;
  readonly notes: readonly string[];
}

export type PartialReason = Pick<Reason, "sentence"> & Partial<Reason>;

/** The rules of elementwise ops and of ops that say nothing about their dimensions. */
export function rulesOf(call: BoundCall): DimRules | null {
  const notation = call.operator?.info.dims ?? ofEquation(call) ?? ofPairs(call);
  return notation === undefined ? null : dimRules(notation);
}

const roundedDim = (dim: number, rank: number): string =>
  dim === rank - 1 && rank > 1 ? "the last dimension" : `dim ${dim}`;

/** Returns the words for a dimension, such as `64 columns (dim 1)`. */
export function dimWords(
  parts: readonly Part[],
  named: readonly (NamedShape | null)[],
  { operand, dim }: Clash["a"],
): string {
  const { name, shape } = parts[operand];
  const label = named[operand]?.named.find((d) => d.dim === dim)?.label ?? "";
  if (label.length === 1) return `${name} has ${label} = ${shape[dim]} (dim ${dim})`;
  return label === ""
    ? `${name} has the size ${shape[dim]} in ${roundedDim(dim, shape.length)}`
    : `${name} has ${shape[dim]} ${plural(label, shape[dim])} (dim ${dim})`;
}

const plurals: Readonly<Record<string, string>> = {
  batch: "examples",
  height: "rows of pixels",
  width: "columns of pixels",
};

const singulars: Readonly<Record<string, string>> = { classes: "class", entries: "entry", batch: "example" };

const plural = (label: string, n: number): string =>
  n === 1 ? (singulars[label] ?? label.replace(/s$/, "")) : (plurals[label] ?? label);

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
