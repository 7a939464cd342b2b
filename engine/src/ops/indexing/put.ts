/** Elements at positions of the flattened tensor, and at combinations of index tensors. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireIndices, requireTensor } from "../../dispatch/operand.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { clone } from "../elementwise/convert.ts";
import { expand } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { fromEnd } from "./along.ts";
import { gather, scatterAdd } from "./gather.ts";
import { addOp, putOp } from "./indexing.ts";
import { locate } from "./locate.ts";
import { pickedShape } from "./offsets.ts";
import { slice } from "./range.ts";
import { scatter } from "./scatter.ts";

const flat = (x: Tensor): Tensor => reshape(x, [x.numel()]);

/** Returns `x` with values stored, or added, at positions of its elements in row-major order. */
function store(x: Tensor, at: Tensor, values: Tensor, accumulate: boolean): Tensor {
  const f = accumulate ? scatterAdd : scatter;
  return reshape(f(flat(x), 0, flat(at), flat(values)), x.shape);
}

/** Returns distinct positions for samples. */
const places = (...entries: readonly number[]): Tensor =>
  fromArray(Int32Array.from(entries), "int32", [entries.length]);

/**
 * Returns the elements of the flattened tensor at the positions of an integer tensor, in its shape; negative ones count from the end. Gradients of elements
 * that are picked several times add up.
 * @throws IndexError for an index out of range; DTypeError for an index that is neither int64 nor int32.
 * @example take(tensor([[1, 2], [3, 4]]), tensor([2, 0], { dtype: "int32" })).toArray(); // [3, 1]
 */
export const take: (input: Tensor, index: Tensor) => Tensor = defineComposite(
  {
    name: "take",
    torch: "take",
    access: "method",
    signature: "input, index",
    tex: "y_i = x_{k_i}",
    samples: (r) => [{ input: r.normal([3, 4]), index: r.integers([2, 5], -12, 12) }],
  },
  (input: Tensor, index: Tensor): Tensor => {
    const x = requireTensor("take", input);
    requireIndices("take", requireTensor("take", index).dtype);
    return reshape(gather(flat(x), 0, flat(fromEnd(index, x.numel()))), index.shape);
  },
);

/** Options of `put` and `indexPut`. */
export interface PutOptions {
  /** Whether values are added to the elements instead of replacing them. */
  readonly accumulate?: boolean;
}

/**
 * Returns a copy of `input` in which the elements of the flattened tensor at the positions of `index` are replaced by those of `source`; with
 * `accumulate` these are added. Negative positions count from the end.
 * @throws IndexError for an index out of range; ShapeError when index and source have different numbers of elements; DTypeError for an index that is
 * neither int64 nor int32, and for different dtypes.
 * @example put(zeros([2, 2]), tensor([1, -1], { dtype: "int32" }), tensor([5, 6])).toArray(); // [[0, 5], [0, 6]]
 */
export const put: (input: Tensor, index: Tensor, source: Tensor, options?: PutOptions) => Tensor = defineComposite(
  {
    name: "put",
    torch: "put",
    access: "in-place",
    signature: "input, index, source, accumulate=false",
    tex: "y = x,\\ y_{k_i} = z_i",
    samples: (r) => [
      { input: r.normal([3, 4]), index: places(5, -1, 0), source: r.normal([3]) },
      { input: r.normal([3, 4]), index: r.integers([2, 5], -12, 12), source: r.normal([10]), accumulate: true },
    ],
  },
  (input: Tensor, index: Tensor, source: Tensor, { accumulate = false }: PutOptions = {}): Tensor => {
    const x = requireTensor("put", input);
    const z = requireTensor("put", source);
    requireIndices("put", requireTensor("put", index).dtype);
    if (index.numel() !== z.numel())
      throw new ShapeError("put", "index and source must have as many elements", [index.shape, z.shape]);
    return store(x, fromEnd(index, x.numel()), z, accumulate);
  },
);

/**
 * Returns a copy of `input` in which the elements that the index tensors pick, one tensor for each dimension, are replaced by `values`, which broadcast
 * to their shape; with `accumulate` the values are added. `null` stands for a whole dimension, and a bool tensor for the positions where it is true.
 * @throws IndexError for an index out of range, or for too many indices; DTypeError for index tensors that are neither integers nor bool, and for different
 * dtypes; ShapeError when the values do not broadcast.
 * @example indexPut(zeros([3]), [tensor([0, 2], { dtype: "int32" })], tensor(5)).toArray(); // [5, 0, 5]
 */
export const indexPut: (
  input: Tensor,
  indices: readonly (Tensor | null)[],
  values: Tensor,
  options?: PutOptions,
) => Tensor = defineComposite(
  {
    name: "indexPut",
    torch: "index_put",
    access: "in-place",
    signature: "input, indices, values, accumulate=false",
    tex: "y = x,\\ y_{k_i} = z_i",
    samples: (r) => [
      { input: r.normal([3, 4]), indices: [places(2, 0), places(-1, 1)], values: r.normal([2]) },
      { input: r.normal([3, 4]), indices: [null, r.integers([5], 0, 4)], values: r.normal([3, 1]), accumulate: true },
    ],
  },
  (
    input: Tensor,
    indices: readonly (Tensor | null)[],
    values: Tensor,
    { accumulate = false }: PutOptions = {},
  ): Tensor => {
    const x = requireTensor("indexPut", input);
    const z = requireTensor("indexPut", values);
    if (z.dtype !== x.dtype)
      throw new DTypeError("indexPut", "input and values must have one dtype", [x.dtype, z.dtype]);
    const entries = indices.map((i) => (i === null ? slice() : requireTensor("indexPut", i)));
    const { indices: picked, ...params } = locate("indexPut", x, entries);
    // without index tensors, all elements are picked
    if (picked.length === 0) return accumulate ? add(x, expand(z, x.shape)) : clone(expand(z, x.shape));
    const shape = pickedShape(
      x.shape,
      picked.map((i) => i.shape),
      params,
    );
    return (accumulate ? addOp : putOp)([x, expand(z, shape), ...picked], params);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the elements of the flattened tensor at the positions of an integer tensor. */
    take(index: Tensor): Tensor;
    /** Returns a copy in which elements of the flattened tensor are replaced. */
    put(index: Tensor, source: Tensor, options?: PutOptions): Tensor;
    /** Replaces elements of the flattened tensor. */
    put_(index: Tensor, source: Tensor, options?: PutOptions): Tensor;
    /** Returns a copy in which the elements that index tensors pick are replaced by `values`. */
    indexPut(indices: readonly (Tensor | null)[], values: Tensor, options?: PutOptions): Tensor;
    /** Replaces the elements that index tensors pick by `values`. */
    indexPut_(indices: readonly (Tensor | null)[], values: Tensor, options?: PutOptions): Tensor;
  }
}
