/** Products of several matrices, powers of a matrix, and matrices of powers. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { checkSizes } from "../../tensor/create/options.ts";
import { eye, onesLike } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { where } from "../elementwise/where.ts";
import { squeeze, unsqueeze } from "../shape/expand.ts";
import { stack } from "../shape/join.ts";
import { inverse } from "./inverse.ts";
import { matmul } from "./matmul.ts";
import { checkDTypes } from "./operands.ts";
import { invertible } from "./samples.ts";

/** Returns, for each first and last matrix of a part of a chain, after which matrix it is best split; `sizes` lists the rows of each and the columns of the last. */
function bestSplits(sizes: readonly number[]): number[][] {
  const n = sizes.length - 1;
  const costs = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const splits = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let length = 1; length < n; length++)
    for (let i = 0; i + length < n; i++) {
      const j = i + length;
      costs[i][j] = Number.POSITIVE_INFINITY;
      for (let k = i; k < j; k++) {
        const cost = costs[i][k] + costs[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1];
        if (cost < costs[i][j]) [costs[i][j], splits[i][j]] = [cost, k];
      }
    }
  return splits;
}

/**
 * Returns the product of two or more matrices, in the order that takes the fewest multiplications. The first may be a vector, which is a row, and the last one, which is
 * a column; that dimension is removed from the result.
 * @throws ArgumentError for fewer than two tensors; ShapeError when the inner sizes differ; DTypeError when the dtypes differ.
 * @example linalg.multiDot([tensor([[1, 2]]), tensor([[3], [4]]), tensor([[2]])]).toArray(); // [[22]]
 */
export const multiDot: (tensors: readonly Tensor[]) => Tensor = defineComposite(
  {
    name: "multiDot",
    torch: "linalg.multi_dot",
    access: "function",
    signature: "tensors",
    tex: "Y = A_1 A_2 \\cdots A_n",
    samples: (r) => [
      { tensors: [r.normal([2, 4]), r.normal([4, 3]), r.normal([3, 5])] },
      { tensors: [r.normal([3]), r.normal([3, 2]), r.normal([2])] },
    ],
  },
  (tensors: readonly Tensor[]): Tensor => {
    if (!Array.isArray(tensors) || tensors.length < 2)
      throw new ArgumentError("multiDot", "expected a list of at least two tensors");
    const given = tensors.map((x: Tensor) => requireTensor("multiDot", x));
    checkDTypes("multiDot", given);
    const last = given.length - 1;
    const isVector = (i: number): boolean => (i === 0 || i === last) && given[i].ndim === 1;
    const shapes = given.map((x) => x.shape);
    if (given.some((x, i) => x.ndim !== 2 && !isVector(i)))
      throw new ShapeError("multiDot", "expected matrices, of which the first and the last may be vectors", shapes);
    const list = given.map((x, i) => (isVector(i) ? unsqueeze(x, i === 0 ? 0 : 1) : x));
    if (list.some((x, i) => i > 0 && x.shape[0] !== list[i - 1].shape[1]))
      throw new ShapeError("multiDot", "the inner sizes must agree ([m, k] @ [k, n])", shapes);
    const splits = bestSplits([...list.map((x) => x.shape[0]), list[last].shape[1]]);
    const product = (i: number, j: number): Tensor =>
      i === j ? list[i] : matmul(product(i, splits[i][j]), product(splits[i][j] + 1, j));
    const removed = [...(isVector(0) ? [0] : []), ...(isVector(last) ? [1] : [])];
    return removed.length > 0 ? squeeze(product(0, last), removed) : product(0, last);
  },
);

/**
 * Returns square matrices, [..., n, n], to an integer power, by repeated squaring: of the inverse for a negative one; the power 0 is the identity.
 * @throws ShapeError unless the matrices are square; ArgumentError unless the power is an integer; LinAlgError for a negative power of a singular matrix.
 * @example linalg.matrixPower(tensor([[1, 1], [0, 1]]), 3).toArray(); // [[1, 3], [0, 1]]
 */
export const matrixPower: (input: Tensor, n: number) => Tensor = defineComposite(
  {
    name: "matrixPower",
    torch: "linalg.matrix_power",
    aliases: ["matrix_power"],
    access: "method",
    signature: "input, n",
    dims: "input: ... rows=n columns=n",
    tex: "Y = X^n",
    samples: (r) => [
      { input: r.normal([2, 2]), n: 3 },
      { input: r.normal([2, 2, 2]), n: 6 },
      { input: invertible(r, [2, 2]), n: -3 },
    ],
  },
  (input: Tensor, n: number): Tensor => {
    const given = requireTensor("matrixPower", input);
    if (given.ndim < 2 || given.size(-1) !== given.size(-2))
      throw new ShapeError("matrixPower", "expected square matrices, [..., n, n]", [given.shape]);
    if (!Number.isInteger(n)) throw new ArgumentError("matrixPower", `the power must be an integer, but got ${n}`);
    const x = n < 0 ? inverse(given) : given;
    // the identity depends on the input in name alone, and has the gradient 0
    if (n === 0) return where(onesLike(x, { dtype: "bool" }), eye(x.size(-1), { dtype: x.dtype }), x);
    let result: Tensor | null = null;
    let square = x;
    for (let left = Math.abs(n); ; ) {
      if (left % 2 === 1) result = result === null ? square : matmul(result, square);
      left = Math.floor(left / 2);
      if (left === 0) return n === 1 ? x.clone() : (result as Tensor);
      square = matmul(square, square);
    }
  },
);

/** Options of `linalg.vander`. */
export interface VanderOptions {
  /** The number of columns; as many as there are elements in the last dimension by default. */
  readonly N?: number | null;
}

/**
 * Returns Vandermonde matrices, [..., n, N]: each element of vectors [..., n] to the powers 0 to N - 1.
 * @throws ArgumentError when N is not an integer of at least 2.
 * @example linalg.vander(tensor([2, 3]), 3).toArray(); // [[1, 2, 4], [1, 3, 9]]
 */
export const linalgVander: (x: Tensor, N?: number | null | VanderOptions) => Tensor = defineComposite(
  {
    name: "linalgVander",
    torch: "linalg.vander",
    access: "function",
    signature: "x, N=null",
    tex: "y_{ij} = x_i^{\\,j}",
    samples: (r) => [{ x: r.normal([3]) }, { x: r.normal([2, 3]), N: 4 }],
  },
  (x: Tensor, N: number | null | VanderOptions = {}): Tensor => {
    const given = requireTensor("linalgVander", x);
    const base = given.ndim === 0 ? unsqueeze(given, 0) : given;
    const count = (typeof N === "number" ? N : (N ?? {}).N) ?? base.shape.at(-1) ?? 1;
    if (!Number.isInteger(count) || count < 2)
      throw new ArgumentError("linalgVander", `N must be an integer of at least 2, but got ${count}`);
    checkSizes("linalgVander", [Math.max(base.numel(), 1), count]);
    const powers = [onesLike(base), base];
    while (powers.length < count) powers.push(mul(powers[powers.length - 1], base));
    return stack(powers, -1);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns these square matrices to an integer power. */
    matrixPower(n: number): Tensor;
  }
}
