/** Numerical derivatives of sampled functions. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { takesGradients } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { normalizeDims } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg, sub } from "../elementwise/arithmetic.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { cat } from "../shape/join.ts";
import { reshape } from "../shape/reshape.ts";
import { narrow } from "../shape/window.ts";

/** Distance of neighbours, or the positions of the samples. */
type Spacing = number | Tensor;

/** Options of `gradient`. */
export interface GradientOptions {
  /** Distance of neighbours in all dimensions, or one for each dimension; or vectors of positions. */
  readonly spacing?: number | Tensor | readonly number[] | readonly Tensor[] | null;
  /** Dimensions along which derivatives are taken; all by default. */
  readonly dim?: number | readonly number[] | null;
  /** Order of the error at the two ends: 1 or 2. */
  readonly edgeOrder?: number;
}

/** Returns `length` elements along the dimension; a negative start counts from the end. */
type Part = (start: number, length: number) => Tensor;

/** Returns the derivative at an end from differences of the three elements there, of which `a` is the first one. */
function edge(a: Tensor, b: Tensor, c: Tensor, near: Tensor | number, far: Tensor | number, order: number): Tensor {
  const first = div(sub(b, a), near);
  if (order === 1) return first;
  // the line through two slopes, extended to the end
  const slope = div(sub(div(sub(c, b), far), first), add(near, far));
  return sub(first, mul(slope, near));
}

/** Returns the derivative along one dimension. */
function along(x: Tensor, dim: number, spacing: Spacing, order: number): Tensor {
  const n = x.shape[dim];
  const at: Part = (start, length) => narrow(x, dim, start, length);
  const single = (k: number): Tensor => at(k, 1);
  const shape = x.shape.map((_, d) => (d === dim ? n - 1 : 1));
  const steps =
    typeof spacing === "number"
      ? spacing
      : reshape(sub(narrow(spacing, 0, 1, n - 1), narrow(spacing, 0, 0, n - 1)), shape);
  const step = (start: number, length: number): Tensor | number =>
    typeof steps === "number" ? steps : narrow(steps, dim, start, length);
  const third = (k: number): Tensor => (n > 2 ? single(k) : single(0));
  const first = edge(single(0), single(1), third(2), step(0, 1), n > 2 ? step(1, 1) : step(0, 1), order);
  const [near, far] = [step(-1, 1), n > 2 ? step(-2, 1) : step(-1, 1)];
  const last = edge(neg(single(-1)), neg(single(-2)), neg(third(-3)), near, far, order);
  if (n === 2) return cat([first, last], dim);
  const [left, middle, right] = [at(0, n - 2), at(1, n - 2), at(2, n - 2)];
  const [before, after] = [step(0, n - 2), step(1, n - 2)];
  // slopes to both sides, each weighted by the distance to the other side
  const inner =
    typeof before === "number" || typeof after === "number"
      ? div(sub(right, left), 2 * (spacing as number))
      : div(
          add(mul(div(sub(middle, left), before), after), mul(div(sub(right, middle), after), before)),
          add(before, after),
        );
  return cat([first, inner, last], dim);
}

/** Returns the spacing of each of the dimensions. */
function spacings(x: Tensor, given: NonNullable<GradientOptions["spacing"]>, dims: readonly number[]): Spacing[] {
  if (typeof given === "number") return dims.map(() => given);
  const list: readonly Spacing[] = given instanceof Tensor ? [given] : given;
  if (list.length !== dims.length)
    throw new ArgumentError(
      "gradient",
      `expected one spacing for each of ${dims.length} dimensions, but got ${list.length}`,
    );
  list.forEach((s, i) => {
    if (s instanceof Tensor && (s.ndim !== 1 || s.shape[0] !== x.shape[dims[i]]))
      throw new ShapeError("gradient", `positions must be a vector of the size of dimension ${dims[i]}`, [
        s.shape,
        x.shape,
      ]);
  });
  return [...list];
}

/**
 * Returns the derivatives of a sampled function along each dimension, by central differences inside and one-sided differences at the two ends. `spacing` is the
 * distance of neighbours, or the positions of the samples. Integers become float32.
 * @throws ShapeError for a dimension with fewer than edgeOrder + 1 elements; ArgumentError for an edgeOrder that is neither 1 nor 2.
 * @example gradient(tensor([1, 2, 4])).map((g) => g.toArray()); // [[1, 1.5, 2]]
 */
export const gradient: (input: Tensor, options?: GradientOptions) => readonly Tensor[] = defineComposite(
  {
    name: "gradient",
    torch: "gradient",
    access: "function",
    signature: "input, spacing=1, dim=null, edgeOrder=1",
    tex: "y_i = \\frac{x_{i+1} - x_{i-1}}{2 h}",
    samples: (r) => [
      { input: r.normal([3, 4]) },
      { input: r.normal([3, 4]), spacing: 2, dim: 1, edgeOrder: 2 },
      { input: r.normal([4, 2]), spacing: [r.distinct([4])], dim: [0], edgeOrder: 2 },
    ],
  },
  (input: Tensor, { spacing = 1, dim = null, edgeOrder = 1 }: GradientOptions = {}): readonly Tensor[] => {
    const given = requireTensor("gradient", input);
    const x = takesGradients(given.dtype) ? given : to(given, "float32");
    if (edgeOrder !== 1 && edgeOrder !== 2)
      throw new ArgumentError("gradient", `edgeOrder must be 1 or 2, but got ${edgeOrder}`);
    const dims = normalizeDims("gradient", dim, x.ndim);
    if (dims.some((d) => x.shape[d] <= edgeOrder))
      throw new ShapeError("gradient", `each dimension must have at least ${edgeOrder + 1} elements`, [x.shape]);
    return spacings(x, spacing ?? 1, dims).map((s, i) => along(x, dims[i], s, edgeOrder));
  },
);
