/** Matrix products with a term added: `beta` times the input plus `alpha` times the product. */
import { defineComposite } from "../../dispatch/define.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { requireBroadcast } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { areSameFloats, productSum } from "../elementwise/product-sum.ts";
import { sum } from "../reduce/sum.ts";
import { unsqueeze } from "../shape/expand.ts";
import { matmul } from "./matmul.ts";
import { checkDTypes, requireRanks } from "./operands.ts";
import { outer } from "./products.ts";

/** Options of products with a term added. */
export interface AddProductOptions {
  /** Factor of the input, which is not read where it is 0; 1 by default. */
  readonly beta?: number;
  /** Factor of the product; 1 by default. */
  readonly alpha?: number;
}

/** A function of an input and the two factors of a product. */
type AddProduct = (input: Tensor, first: Tensor, second: Tensor, options?: AddProductOptions) => Tensor;

const scaled = (x: Tensor, factor: number): Tensor => (factor === 1 ? x : mul(x, factor));

/** Returns the names of the dimensions of the two factors. */
function factorDims([first, second]: readonly [string, string], [left, right]: readonly [number, number]): string {
  const batch = left === 3 ? "batch " : "";
  if (left === 1) return `${first}: rows; ${second}: columns`;
  return `${first}: ${batch}rows columns=k; ${second}: ${right === 1 ? "elements=k" : `${batch}rows=k columns`}`;
}

/** Defines a product of operands with fixed numbers of dimensions, with a term added. */
const addProduct = (
  name: string,
  tex: string,
  names: readonly [string, string],
  ranks: readonly [number, number],
  multiply: (first: Tensor, second: Tensor) => Tensor,
  samples: (r: SampleSource) => readonly Arguments[],
): AddProduct =>
  defineComposite(
    {
      name,
      torch: name,
      access: "in-place",
      signature: `input, ${names.join(", ")}, beta=1, alpha=1`,
      dims: `input: ..*; ${factorDims(names, ranks)}`,
      tex,
      samples,
    },
    (input: Tensor, first: Tensor, second: Tensor, { beta = 1, alpha = 1 }: AddProductOptions = {}): Tensor => {
      requireRanks(name, [first, second], ranks);
      checkDTypes(name, [input, first]);
      if (ranks[0] === 3 && first.shape[0] !== second.shape[0])
        throw new ShapeError(name, "both batches must have one size", [first.shape, second.shape]);
      if (ranks[0] === 1) {
        const shape = [first.shape[0], second.shape[0]];
        requireBroadcast(name, "the input", input.shape, shape);
        if (beta !== 0 && areSameFloats([input, first, second]))
          return productSum(scaled(input, beta), unsqueeze(first, 1), second, alpha);
      }
      const product = scaled(multiply(first, second), alpha);
      requireBroadcast(name, "the input", input.shape, product.shape);
      // 0 times the input would keep its NaNs
      return beta === 0 ? product : add(scaled(input, beta), product);
    },
  );

/**
 * Returns `beta * input + alpha * (mat1 @ mat2)` of matrices [m, k] and [k, n]; the input broadcasts to [m, n].
 * @throws ShapeError when the shapes do not fit; DTypeError when the dtypes differ.
 * @example addmm(tensor([1]), tensor([[1, 2]]), tensor([[3], [4]])).toArray(); // [[12]]
 */
export const addmm: (input: Tensor, mat1: Tensor, mat2: Tensor, options?: AddProductOptions) => Tensor = addProduct(
  "addmm",
  "Y = \\beta C + \\alpha A B",
  ["mat1", "mat2"],
  [2, 2],
  matmul,
  (r) => [
    { input: r.normal([2, 4]), mat1: r.normal([2, 3]), mat2: r.normal([3, 4]) },
    { input: r.normal([4]), mat1: r.normal([2, 3]), mat2: r.normal([3, 4]), beta: 0.5, alpha: -2 },
  ],
);

/**
 * Returns `beta * input + alpha * (mat @ vec)` of a matrix [m, n] and a vector [n]; the input broadcasts to [m].
 * @throws ShapeError when the shapes do not fit; DTypeError when the dtypes differ.
 * @example addmv(tensor([1]), tensor([[1, 2]]), tensor([3, 4])).toArray(); // [12]
 */
export const addmv: (input: Tensor, mat: Tensor, vec: Tensor, options?: AddProductOptions) => Tensor = addProduct(
  "addmv",
  "y = \\beta c + \\alpha A b",
  ["mat", "vec"],
  [2, 1],
  matmul,
  (r) => [
    { input: r.normal([2]), mat: r.normal([2, 3]), vec: r.normal([3]) },
    { input: r.normal([]), mat: r.normal([2, 3]), vec: r.normal([3]), beta: 0.5, alpha: -2 },
  ],
);

/**
 * Returns `beta * input + alpha * outer(vec1, vec2)` of vectors [m] and [n]; the input broadcasts to [m, n].
 * @throws ShapeError when the shapes do not fit; DTypeError when the dtypes differ.
 * @example addr(tensor([[1, 1]]), tensor([2]), tensor([3, 4])).toArray(); // [[7, 9]]
 */
export const addr: (input: Tensor, vec1: Tensor, vec2: Tensor, options?: AddProductOptions) => Tensor = addProduct(
  "addr",
  "Y = \\beta C + \\alpha\\, a b^\\top",
  ["vec1", "vec2"],
  [1, 1],
  outer,
  (r) => [
    { input: r.normal([2, 3]), vec1: r.normal([2]), vec2: r.normal([3]) },
    { input: r.normal([3]), vec1: r.normal([2]), vec2: r.normal([3]), beta: 0.5, alpha: -2 },
  ],
);

/**
 * Returns `beta * input + alpha * (batch1 @ batch2)` of batches [b, m, k] and [b, k, n]; the input broadcasts to [b, m, n].
 * @throws ShapeError when the shapes do not fit; DTypeError when the dtypes differ.
 * @example baddbmm(tensor([[[1]]]), tensor([[[1, 2]]]), tensor([[[3], [4]]])).toArray(); // [[[12]]]
 */
export const baddbmm: (input: Tensor, batch1: Tensor, batch2: Tensor, options?: AddProductOptions) => Tensor =
  addProduct("baddbmm", "Y_b = \\beta C_b + \\alpha A_b B_b", ["batch1", "batch2"], [3, 3], matmul, (r) => [
    { input: r.normal([2, 2, 4]), batch1: r.normal([2, 2, 3]), batch2: r.normal([2, 3, 4]) },
    { input: r.normal([4]), batch1: r.normal([2, 2, 3]), batch2: r.normal([2, 3, 4]), beta: 0.5, alpha: -2 },
  ]);

/**
 * Returns `beta * input + alpha * Σ batch1[i] @ batch2[i]` of batches [b, m, k] and [b, k, n]; the input broadcasts to [m, n].
 * @throws ShapeError when the shapes do not fit; DTypeError when the dtypes differ.
 * @example addbmm(tensor([[1]]), tensor([[[1, 2]]]), tensor([[[3], [4]]])).toArray(); // [[12]]
 */
export const addbmm: (input: Tensor, batch1: Tensor, batch2: Tensor, options?: AddProductOptions) => Tensor =
  addProduct(
    "addbmm",
    "Y = \\beta C + \\alpha \\textstyle\\sum_b A_b B_b",
    ["batch1", "batch2"],
    [3, 3],
    (first, second) => sum(matmul(first, second), 0),
    (r) => [
      { input: r.normal([2, 4]), batch1: r.normal([2, 2, 3]), batch2: r.normal([2, 3, 4]) },
      { input: r.normal([4]), batch1: r.normal([2, 2, 3]), batch2: r.normal([2, 3, 4]), beta: 0.5, alpha: -2 },
    ],
  );

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns `beta` times this tensor plus `alpha * (mat1 @ mat2)`. */
    addmm(mat1: Tensor, mat2: Tensor, options?: AddProductOptions): Tensor;
    /** Adds `alpha * (mat1 @ mat2)` to `beta` times this tensor in place. */
    addmm_(mat1: Tensor, mat2: Tensor, options?: AddProductOptions): Tensor;
    /** Returns `beta` times this vector plus `alpha * (mat @ vec)`. */
    addmv(mat: Tensor, vec: Tensor, options?: AddProductOptions): Tensor;
    /** Adds `alpha * (mat @ vec)` to `beta` times this vector in place. */
    addmv_(mat: Tensor, vec: Tensor, options?: AddProductOptions): Tensor;
    /** Returns `beta` times this matrix plus `alpha * outer(vec1, vec2)`. */
    addr(vec1: Tensor, vec2: Tensor, options?: AddProductOptions): Tensor;
    /** Adds `alpha * outer(vec1, vec2)` to `beta` times this matrix in place. */
    addr_(vec1: Tensor, vec2: Tensor, options?: AddProductOptions): Tensor;
    /** Returns `beta` times this tensor plus `alpha * (batch1 @ batch2)`. */
    baddbmm(batch1: Tensor, batch2: Tensor, options?: AddProductOptions): Tensor;
    /** Adds `alpha * (batch1 @ batch2)` to `beta` times this tensor in place. */
    baddbmm_(batch1: Tensor, batch2: Tensor, options?: AddProductOptions): Tensor;
    /** Returns `beta` times this matrix plus `alpha` times the sum of the products of the batches. */
    addbmm(batch1: Tensor, batch2: Tensor, options?: AddProductOptions): Tensor;
    /** Adds `alpha` times the sum of the products of the batches to `beta` times this matrix in place. */
    addbmm_(batch1: Tensor, batch2: Tensor, options?: AddProductOptions): Tensor;
  }
}
