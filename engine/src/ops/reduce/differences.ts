/** Differences and integrals along a dimension. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { normalizeDim, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { ne } from "../elementwise/compare.ts";
import { clone } from "../elementwise/convert.ts";
import { cat } from "../shape/join.ts";
import { reshape } from "../shape/reshape.ts";
import { narrow, select } from "../shape/window.ts";
import { cumsum } from "./cumulative.ts";
import { sum } from "./sum.ts";

/** Returns all elements but the last, and all but the first, along a dimension. */
function neighbors(x: Tensor, dim: number): readonly [left: Tensor, right: Tensor] {
  const n = Math.max(x.shape[dim] - 1, 0);
  return [narrow(x, dim, 0, n), narrow(x, dim, Math.min(1, x.shape[dim]), n)];
}

/** Options of `diff`. */
export interface DiffOptions {
  /** Number of times that differences are taken. */
  readonly n?: number;
  /** Dimension along which differences are taken; the last one by default. */
  readonly dim?: number;
  /** Tensor to put before the input, along the dimension. */
  readonly prepend?: Tensor | null;
  /** Tensor to put behind the input, along the dimension. */
  readonly append?: Tensor | null;
}

/**
 * Returns the differences xᵢ₊₁ - xᵢ of neighbours along `dim`, taken `n` times, so that the dimension has `n` elements less. Of bools it is whether they differ.
 * @throws ShapeError for a scalar; ArgumentError for a negative n.
 * @example diff(tensor([1, 3, 6])).toArray(); // [2, 3]
 */
export const diff: (input: Tensor, n?: number | DiffOptions, dim?: number | DiffOptions) => Tensor = defineComposite(
  {
    name: "diff",
    torch: "diff",
    access: "method",
    signature: "input, n=1, dim=-1, prepend=null, append=null",
    tex: "y_i = x_{i+1} - x_i",
    samples: (r) => [
      { input: r.normal([5]) },
      { input: r.normal([4, 2]), n: 2, dim: 0, prepend: r.normal([1, 2]), append: r.normal([2, 2]) },
    ],
  },
  (input: Tensor, n?: number | DiffOptions, dim?: number | DiffOptions): Tensor => {
    const o: DiffOptions = {
      ...(typeof dim === "number" ? { dim } : dim),
      ...(typeof n === "number" ? { n } : n),
    };
    const given = requireTensor("diff", input);
    const times = o.n ?? 1;
    if (given.ndim === 0) throw new ShapeError("diff", "expected at least one dimension", [given.shape]);
    if (!Number.isInteger(times) || times < 0)
      throw new ArgumentError("diff", `n must be an integer of at least 0, but got ${times}`);
    const d = normalizeDim("diff", o.dim ?? -1, given.ndim);
    if (times === 0) return clone(given);
    const parts = [o.prepend, given, o.append].flatMap((t) => (t === null || t === undefined ? [] : [t]));
    if (parts.some((t) => t.ndim !== given.ndim || !sameShape(t.shape.with(d, 0), given.shape.with(d, 0))))
      throw new ShapeError(
        "diff",
        `prepend and append must have the shape of the input except in dimension ${d}`,
        parts.map((t) => t.shape),
      );
    let y = parts.length === 1 ? given : cat(parts, d);
    for (let k = 0; k < times && (k === 0 || y.shape[d] > 0); k++) {
      const [left, right] = neighbors(y, d);
      y = y.dtype === "bool" ? ne(right, left) : sub(right, left);
    }
    return y;
  },
);

/** Options of `trapezoid` and `cumulativeTrapezoid`. */
export interface TrapezoidOptions {
  /** Positions of the elements. */
  readonly x?: Tensor | null;
  /** Distance of neighbours, where no positions are given. */
  readonly dx?: number;
  /** Dimension along which is integrated; the last one by default. */
  readonly dim?: number;
}

/** Returns twice the integrals between neighbours by the trapezoidal rule, (yᵢ + yᵢ₊₁) (xᵢ₊₁ - xᵢ), and the dimension. */
function panels(op: string, input: Tensor, o: TrapezoidOptions): readonly [Tensor, number] {
  const y = requireTensor(op, input);
  const d = normalizeDim(op, o.dim ?? -1, y.ndim);
  if (y.ndim === 0) throw new ShapeError(op, "expected at least one dimension", [y.shape]);
  const [left, right] = neighbors(y, d);
  const heights = add(left, right);
  if (o.x === null || o.x === undefined) return [mul(heights, o.dx ?? 1), d];
  if (o.x.ndim === 1 && o.x.shape[0] !== y.shape[d])
    throw new ShapeError(op, "there must be one position for each element along the dimension", [o.x.shape, y.shape]);
  if (o.x.ndim > y.ndim && d >= o.x.ndim) throw new ShapeError(op, "x and y do not broadcast", [o.x.shape, y.shape]);
  const shape =
    o.x.ndim === 1
      ? y.shape.map((size, i) => (i === d ? size : 1))
      : [...new Array<number>(Math.max(y.ndim - o.x.ndim, 0)).fill(1), ...o.x.shape];
  const [before, after] = neighbors(reshape(o.x, shape), d);
  return [mul(heights, sub(after, before)), d];
}

/** Returns the integral of elements that are dx apart: all count fully but the first and the last, which count half. */
function evenTrapezoid(y: Tensor, dim: number, dx: number): Tensor {
  const d = normalizeDim("trapezoid", dim, y.ndim);
  const total = sum(y, { dim: d });
  if (y.shape[d] === 0) return mul(total, dx);
  return mul(sub(total, mul(add(select(y, d, 0), select(y, d, -1)), 0.5)), dx);
}

/** Returns the options of the calls `f(y, x, { dim: 1 })` and `f(y, { x, dim: 1 })`. */
const trapezoidOptions = (x: Tensor | null | TrapezoidOptions | undefined, rest: TrapezoidOptions): TrapezoidOptions =>
  x === null || x === undefined ? rest : "shape" in x ? { ...rest, x } : x;

type Trapezoid = (y: Tensor, x?: Tensor | null | TrapezoidOptions, options?: TrapezoidOptions) => Tensor;

/**
 * Returns the integral along `dim` by the trapezoidal rule, Σ (yᵢ + yᵢ₊₁) (xᵢ₊₁ - xᵢ) / 2, for positions `x` or with distance `dx`.
 * @throws ShapeError for a scalar, and when x does not fit y; IndexError for a dimension out of range.
 * @example trapezoid(tensor([1, 2, 4])).item(); // 4.5
 */
export const trapezoid: Trapezoid = defineComposite(
  {
    name: "trapezoid",
    torch: "trapezoid",
    aliases: ["trapz"],
    access: "function",
    signature: "y, x=null, dx=1, dim=-1",
    tex: "\\textstyle\\sum_i \\tfrac12 (y_i + y_{i+1}) (x_{i+1} - x_i)",
    samples: (r) => [
      { y: r.normal([3, 4]), dx: 2, dim: 0 },
      { y: r.normal([3, 4]), x: r.normal([4]) },
    ],
  },
  (y: Tensor, x?: Tensor | null | TrapezoidOptions, options: TrapezoidOptions = {}): Tensor => {
    const o = trapezoidOptions(x, options);
    const isUniform = (o.x === null || o.x === undefined) && requireTensor("trapezoid", y).ndim > 0;
    if (isUniform) return evenTrapezoid(y, o.dim ?? -1, o.dx ?? 1);
    const [twice, dim] = panels("trapezoid", y, o);
    return mul(sum(twice, { dim }), 0.5);
  },
);

/**
 * Returns the integrals along `dim` up to each element but the first, by the trapezoidal rule, for positions `x` or with distance `dx`.
 * @throws ShapeError for a scalar, and when x does not fit y; IndexError for a dimension out of range.
 * @example cumulativeTrapezoid(tensor([1, 2, 4])).toArray(); // [1.5, 4.5]
 */
export const cumulativeTrapezoid: Trapezoid = defineComposite(
  {
    name: "cumulativeTrapezoid",
    torch: "cumulative_trapezoid",
    access: "function",
    signature: "y, x=null, dx=1, dim=-1",
    tex: "\\textstyle\\sum_{j \\le i} \\tfrac12 (y_j + y_{j+1}) (x_{j+1} - x_j)",
    samples: (r) => [
      { y: r.normal([3, 4]), dx: 2, dim: 0 },
      { y: r.normal([3, 4]), x: r.normal([4]) },
    ],
  },
  (y: Tensor, x?: Tensor | null | TrapezoidOptions, options: TrapezoidOptions = {}): Tensor => {
    const [twice, dim] = panels("cumulativeTrapezoid", y, trapezoidOptions(x, options));
    return mul(cumsum(twice, dim), 0.5);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the differences of neighbours along a dimension. */
    diff(n?: number | DiffOptions, dim?: number | DiffOptions): Tensor;
  }
}
