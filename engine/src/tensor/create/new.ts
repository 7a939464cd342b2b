/** Methods that create tensors of the dtype of another. */
import { addMethods } from "../methods.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { type TensorData, tensor } from "./data.ts";
import { empty, emptyStrided } from "./empty.ts";
import { full, ones, zeros } from "./fill.ts";
import { type CreateOptions, parseSizes, type SizesAndOptions } from "./options.ts";

/** Returns the shape and the options, of which the dtype is that of a tensor unless it is given. */
function parse(
  op: string,
  { dtype }: Tensor,
  first: Shape | number,
  rest: SizesAndOptions<CreateOptions>,
): readonly [Shape, CreateOptions] {
  const [shape, options] = parseSizes(op, first, rest);
  return [shape, { dtype, ...options }];
}

addMethods({
  newTensor(data, options = {}) {
    return tensor(data, { dtype: this.dtype, ...options });
  },
  newFull(size, fillValue, options = {}) {
    return full(size, fillValue, { dtype: this.dtype, ...options });
  },
  newZeros(first: Shape | number, ...rest: SizesAndOptions<CreateOptions>) {
    return zeros(...parse("newZeros", this, first, rest));
  },
  newOnes(first: Shape | number, ...rest: SizesAndOptions<CreateOptions>) {
    return ones(...parse("newOnes", this, first, rest));
  },
  newEmpty(first: Shape | number, ...rest: SizesAndOptions<CreateOptions>) {
    return empty(...parse("newEmpty", this, first, rest));
  },
  newEmptyStrided(size, stride, options = {}) {
    return emptyStrided(size, stride, { dtype: this.dtype, ...options });
  },
});

declare module "../tensor.ts" {
  interface Tensor {
    /**
     * Creates a tensor with a copy of the data, of the dtype of this tensor unless `dtype` is given.
     * @throws ShapeError when arrays at the same depth have different lengths.
     * @example zeros([2], { dtype: "float64" }).newTensor([1, 2]).dtype; // "float64"
     */
    newTensor(data: TensorData, options?: CreateOptions): Tensor;
    /**
     * Creates a tensor of the given shape in which each element is `fillValue`, of the dtype of this tensor unless `dtype` is given.
     * @throws ArgumentError when a size is negative or no integer.
     * @example zeros([2]).newFull([2], 3).toArray(); // [3, 3]
     */
    newFull(size: Shape, fillValue: number | boolean, options?: CreateOptions): Tensor;
    /**
     * Creates a tensor of zeros, of the dtype of this tensor unless `dtype` is given. Sizes are given in an array or one by one, before the options.
     * @throws ArgumentError when a size is negative or no integer.
     * @example tensor([true]).newZeros([2]).toArray(); // [false, false]
     */
    newZeros(shape: Shape, options?: CreateOptions): Tensor;
    newZeros(size: number, ...sizes: number[]): Tensor;
    newZeros(size: number, ...sizesAndOptions: [...sizes: number[], options: CreateOptions]): Tensor;
    /**
     * Creates a tensor of ones, of the dtype of this tensor unless `dtype` is given. Sizes are given in an array or one by one, before the options.
     * @throws ArgumentError when a size is negative or no integer.
     * @example zeros([2]).newOnes(3).toArray(); // [1, 1, 1]
     */
    newOnes(shape: Shape, options?: CreateOptions): Tensor;
    newOnes(size: number, ...sizes: number[]): Tensor;
    newOnes(size: number, ...sizesAndOptions: [...sizes: number[], options: CreateOptions]): Tensor;
    /**
     * Creates a tensor of the dtype of this tensor unless `dtype` is given. Its elements are 0, where PyTorch leaves them undefined.
     * @throws ArgumentError when a size is negative or no integer.
     * @example zeros([2]).newEmpty([3]).shape; // [3]
     */
    newEmpty(shape: Shape, options?: CreateOptions): Tensor;
    newEmpty(size: number, ...sizes: number[]): Tensor;
    newEmpty(size: number, ...sizesAndOptions: [...sizes: number[], options: CreateOptions]): Tensor;
    /**
     * Creates a tensor with the given sizes and strides, of the dtype of this tensor unless `dtype` is given. Its elements are 0, where PyTorch leaves them undefined.
     * @throws ArgumentError when sizes or strides are negative or no integers, or of different number.
     * @example zeros([2]).newEmptyStrided([2, 3], [1, 2]).strides; // [1, 2]
     */
    newEmptyStrided(size: Shape, stride: readonly number[], options?: CreateOptions): Tensor;
  }
}
