/** A wrong gradient, and what patterns compare. */
import type { Tensor } from "../../tensor/tensor.ts";
import { type Comparison, type Differences, scaleOf } from "./differences.ts";

/** The wrong gradient of one input, and everything that a pattern may read. */
export interface Wrong {
  readonly differences: Differences;
  readonly comparison: Comparison;
  readonly outputs: readonly Tensor[];
  /** Names of the inputs. */
  readonly names: readonly string[];
  /** Gradients of all differentiable inputs by the rule, by position. */
  readonly rules: ReadonlyMap<number, Float64Array | null>;
  /** Runs the rule with cotangents that are multiplied. */
  readonly ruleTimes: (factor: number) => Float64Array | null;
}

export type Pattern = (wrong: Wrong) => string | null;

export const close = (a: number, b: number, scale: number): boolean =>
  Math.abs(a - b) <= 1e-3 * Math.max(Math.abs(a), Math.abs(b)) + 1e-5 * scale + 1e-9;

/** Whether two lists of numbers are equal within the precision of differences. */
export function alike(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  const scale = Math.max(scaleOf(Float64Array.from(a)), scaleOf(Float64Array.from(b)));
  for (let i = 0; i < a.length; i++) if (!close(a[i], b[i], scale)) return false;
  return scale > 0;
}

export const times = (v: number): string => String(Number(v.toPrecision(4)));

export const inputOf = ({ differences }: Wrong): Tensor => differences.runs.inputs[differences.input];

export const isWhole = ({ comparison, differences }: Wrong): boolean =>
  comparison.at.length === differences.values.length;

/** The one factor by which the rule's gradient is too large; `null` if the ratios differ. */
export function commonRatio({ rule, numeric }: Pick<Comparison, "rule" | "numeric">): number | null {
  const scale = Math.max(scaleOf(rule), scaleOf(numeric));
  let found: number | null = null;
  for (let i = 0; i < rule.length; i++) {
    if (Math.abs(numeric[i]) < 1e-4 * scale && Math.abs(rule[i]) < 1e-4 * scale) continue;
    const ratio = rule[i] / numeric[i];
    if (!Number.isFinite(ratio) || (found !== null && Math.abs(ratio - found) > 2e-3 * Math.abs(found))) return null;
    found ??= ratio;
  }
  return found;
}

/** The dimensions along which an input was repeated to the shape of the output. */
export function repeatedDims(x: Tensor, y: Tensor): number[] {
  const lead = y.ndim - x.ndim;
  if (lead < 0) return [];
  return [...y.shape.keys()].filter((d) => y.shape[d] > 1 && (d < lead || x.shape[d - lead] === 1));
}

export const dimsText = (dims: readonly number[], shape: readonly number[]): string =>
  `${dims.length === 1 ? "dimension" : "dimensions"} ${dims.join(", ")} (${dims.map((d) => shape[d]).join(" · ")})`;
