/** Permutations of the dimensions, which are views. */

import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { addMethods } from "../../tensor/methods.ts";
import { type Listed, listed, normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { conj } from "../elementwise/complex.ts";

/** Returns the elements of a list at these positions. */
const pick = <T>(list: readonly T[], dims: readonly number[]): T[] => dims.map((d) => list[d]);

const permuteOp: Run<readonly number[]> = defineOp<readonly number[]>({
  name: "permute",
  torch: "permute",
  access: "method",
  signature: "input, dims...",
  label: (dims) => `permute [${dims.join(", ")}]`,
  tex: { forward: "y_{i_{\\pi}} = x_{i}", vjp: "\\bar x_{i} = \\bar y_{i_{\\pi}}" },
  view: (x, dims) => ({ shape: pick(x.shape, dims), strides: pick(x.strides, dims), offset: x.offset }),
  saves: {},
  vjp: (g, { params }) => [permuteOp([g], inverse(params))],
  jvp: "linear",
  batch: ([x], _batched, dims) => permuteOp([x], [0, ...dims.map((d) => d + 1)]),
  samples: (r) => [
    { input: r.normal([2, 3, 4]), dims: [2, 0, 1] },
    { input: r.normal([2, 3]), dims: [-1, 0] },
  ],
  call: (input: Tensor, dims: Listed) => permute(input, listed(dims)),
});

/** Returns the inverse of a permutation. */
function inverse(dims: readonly number[]): number[] {
  const back = new Array<number>(dims.length);
  dims.forEach((d, i) => {
    back[d] = i;
  });
  return back;
}

/**
 * Returns a view with the dimensions in another order; `dims` names each of them once.
 * @throws ArgumentError when a dimension is missing or repeated.
 * @example permute(zeros([2, 3, 4]), [2, 0, 1]).shape; // [4, 2, 3]
 */
export function permute(input: Tensor, dims: readonly number[]): Tensor {
  const x = requireTensor("permute", input);
  if (dims.length !== x.ndim)
    throw new ArgumentError(
      "permute",
      `dims must name each of the ${x.ndim} dimensions once, but got [${dims.join(", ")}]`,
    );
  const order = dims.map((d) => normalizeDim("permute", d, x.ndim));
  if (new Set(order).size !== order.length)
    throw new ArgumentError(
      "permute",
      `dims must name each of the ${x.ndim} dimensions once, but got [${dims.join(", ")}]`,
    );
  return permuteOp([x], order);
}

/** Returns the permutation that exchanges two dimensions. */
const swapped = (rank: number, a: number, b: number): number[] => {
  const order = Array.from({ length: rank }, (_, d) => d);
  if (rank > 0) [order[a], order[b]] = [b, a];
  return order;
};

const transposeOp: Run<readonly [number, number]> = defineOp<readonly [number, number]>({
  name: "transpose",
  torch: "transpose",
  aliases: ["swapaxes", "swapdims"],
  access: "method",
  signature: "input, dim0, dim1",
  label: ([a, b]) => `transpose ${a}, ${b}`,
  tex: { forward: "Y = X^\\top", vjp: "\\bar X = \\bar Y^\\top" },
  view: (x, [a, b]) => {
    const order = swapped(x.shape.length, a, b);
    return { shape: pick(x.shape, order), strides: pick(x.strides, order), offset: x.offset };
  },
  saves: {},
  vjp: (g, { params }) => [transposeOp([g], params)],
  jvp: "linear",
  batch: ([x], _batched, [a, b]) => (x.ndim === 1 ? x : transposeOp([x], [a + 1, b + 1])),
  samples: (r) => [
    { input: r.normal([2, 3]), dim0: 0, dim1: 1 },
    { input: r.normal([2, 3, 4]), dim0: -1, dim1: 0 },
  ],
  call: transpose,
});

/**
 * Returns a view with two dimensions exchanged.
 * @throws IndexError for a dimension out of range.
 * @example transpose(zeros([2, 3]), 0, 1).shape; // [3, 2]
 */
export function transpose(input: Tensor, dim0: number, dim1: number): Tensor {
  const x = requireTensor("transpose", input);
  return transposeOp([x], [normalizeDim("transpose", dim0, x.ndim), normalizeDim("transpose", dim1, x.ndim)]);
}

/**
 * Returns the transpose of a matrix, a view; vectors and scalars are returned as they are.
 * @throws ShapeError for more than two dimensions.
 * @example t(zeros([2, 3])).shape; // [3, 2]
 */
export const t: (input: Tensor) => Tensor = defineComposite(
  {
    name: "t",
    torch: "t",
    aliases: ["Tensor.T"],
    access: "method",
    signature: "input",
    tex: "Y = X^\\top",
    samples: (r) => [{ input: r.normal([2, 3]) }, { input: r.normal([3]) }],
  },
  (input: Tensor): Tensor => {
    if (input.ndim > 2) throw new ShapeError("t", "expected at most 2 dimensions", [input.shape]);
    return input.ndim < 2 ? input : transpose(input, 0, 1);
  },
);

/** Returns a view with the last two dimensions exchanged; a scalar is returned as it is. */
function lastExchanged(name: string, x: Tensor): Tensor {
  if (x.ndim === 1) throw new ShapeError(name, "expected matrices, or a scalar", [x.shape]);
  return x.ndim === 0 ? x : transpose(x, -2, -1);
}

/**
 * Returns a view with the last two dimensions exchanged, the transpose of each matrix. A scalar is returned as it is.
 * @throws ShapeError for a vector.
 * @example matrixTranspose(zeros([4, 2, 3])).shape; // [4, 3, 2]
 */
export const matrixTranspose: (input: Tensor) => Tensor = defineComposite(
  {
    name: "matrixTranspose",
    torch: "Tensor.mT",
    access: "function",
    signature: "input",
    tex: "Y = X^\\top",
    samples: (r) => [{ input: r.normal([2, 3]) }, { input: r.normal([4, 2, 3]) }],
  },
  (input: Tensor): Tensor => lastExchanged("matrixTranspose", requireTensor("matrixTranspose", input)),
);

/**
 * Returns each matrix in the last two dimensions transposed and conjugated; of real numbers it is a view.
 * @throws ShapeError for a vector.
 * @example adjoint(zeros([4, 2, 3])).shape; // [4, 3, 2]
 */
export const adjoint: (input: Tensor) => Tensor = defineComposite(
  {
    name: "adjoint",
    torch: "adjoint",
    aliases: ["Tensor.H", "Tensor.mH"],
    access: "method",
    signature: "input",
    tex: "Y = \\overline{X}^\\top",
    samples: (r) => [{ input: r.normal([2, 3]) }, { input: r.normal([4, 2, 3]) }],
  },
  (input: Tensor): Tensor => conj(lastExchanged("adjoint", requireTensor("adjoint", input))),
);

addMethods({
  get T() {
    return t(this);
  },
  get mT() {
    return lastExchanged("mT", this);
  },
  get H() {
    if (this.ndim > 2) throw new ShapeError("H", "expected a matrix; mH takes several", [this.shape]);
    return conj(lastExchanged("H", this));
  },
  get mH() {
    return conj(lastExchanged("mH", this));
  },
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a view with the dimensions in another order. */
    permute(...dims: Listed): Tensor;
    /** Returns a view with two dimensions exchanged. */
    transpose(dim0: number, dim1: number): Tensor;
    /** Returns the transpose of a matrix, a view. */
    t(): Tensor;
    /** The transpose of a matrix, a view. */
    readonly T: Tensor;
    /** The tensor with its last two dimensions exchanged, a view. */
    readonly mT: Tensor;
    /** The conjugate transpose of a matrix; of real numbers the transpose, a view. */
    readonly H: Tensor;
    /** The conjugate transpose of each matrix in the last two dimensions; of real numbers the transpose, a view. */
    readonly mH: Tensor;
    /** Returns each matrix in the last two dimensions transposed and conjugated. */
    adjoint(): Tensor;
  }
}
