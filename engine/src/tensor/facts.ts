/* oxlint-disable typescript/no-unnecessary-type-parameters -- the caller knows the type */
/** Facts about tensors and dtypes, as functions and methods of PyTorch's names. */
import { bytesPerElement, isComplex as isComplexDType, isFloating } from "./dtype.ts";
import { ArgumentError, ShapeError } from "./errors.ts";
import { addMethods } from "./methods.ts";
import type { NestedArray } from "./nested.ts";
import { broadcastShapes as broadcast, normalizeDim, type Shape, sameShape } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/** Returns whether a value is a tensor. @example isTensor(zeros([2])); // true */
export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Returns whether the dtype of a tensor is one of the floats. @example isFloatingPoint(zeros([2])); // true */
export const isFloatingPoint = (input: Tensor): boolean => isFloating(input.dtype);

/** Returns whether the dtype of a tensor is complex64 or complex128. @example isComplex(zeros([2])); // false */
export const isComplex = (input: Tensor): boolean => isComplexDType(input.dtype);

/** Returns whether two tensors have the same shape. @example isSameSize(zeros([2, 3]), zeros([3, 2])); // false */
export const isSameSize = (input: Tensor, other: Tensor): boolean => sameShape(input.shape, other.shape);

/** Returns whether the dtype has negative numbers. @example isSigned(tensor([1], { dtype: "uint8" })); // false */
export const isSigned = (input: Tensor): boolean => input.dtype !== "bool" && input.dtype !== "uint8";

/**
 * Returns whether the only element of a tensor is not 0.
 * @throws ShapeError when the tensor has more elements or none.
 * @example isNonzero(tensor([0])); // false
 */
export function isNonzero(input: Tensor): boolean {
  if (input.numel() !== 1) throw new ShapeError("isNonzero", "the tensor must have exactly one element", [input.shape]);
  return Boolean(input.item());
}

/** Returns whether the tensor was created in `inferenceMode`. @example inferenceMode(() => isInference(zeros([2]))); // true */
export const isInference = (input: Tensor): boolean => input.isInference();

/** Returns the number of elements. @example numel(zeros([2, 3])); // 6 */
export const numel = (input: Tensor): number => input.numel();

/**
 * Returns a leaf that requires no gradient and shares the storage and its version.
 * @example detach(ones([2], { requiresGrad: true }).exp()).isLeaf; // true
 */
export const detach = (input: Tensor): Tensor => input.detach();

/**
 * Returns the shape to which shapes broadcast: sizes of 1 are stretched, and missing dimensions added in front. A number stands for a shape of one dimension.
 * @throws ShapeError when the shapes do not broadcast.
 * @example broadcastShapes([2, 1], [3]); // [2, 3]
 */
export function broadcastShapes(...shapes: readonly (Shape | number)[]): Shape {
  const lists = shapes.map((shape) => (typeof shape === "number" ? [shape] : shape));
  for (const shape of lists)
    if (shape.some((n) => !Number.isInteger(n) || n < 0))
      throw new ArgumentError("broadcastShapes", `sizes must be integers of at least 0, but got [${shape.join(", ")}]`);
  return lists.length === 0 ? [] : broadcast("broadcastShapes", lists);
}

addMethods({
  isFloatingPoint() {
    return isFloatingPoint(this);
  },
  isComplex() {
    return isComplex(this);
  },
  isSameSize(other) {
    return isSameSize(this, other);
  },
  isSigned() {
    return isSigned(this);
  },
  isNonzero() {
    return isNonzero(this);
  },
  dim() {
    return this.ndim;
  },
  get nbytes(): number {
    return this.numel() * bytesPerElement[this.dtype];
  },
  tolist<T extends NestedArray>() {
    return this.toArray<T>();
  },
  nelement() {
    return this.numel();
  },
  ndimension() {
    return this.ndim;
  },
  elementSize() {
    return bytesPerElement[this.dtype];
  },
  get itemsize(): number {
    return this.elementSize();
  },
  storageOffset() {
    return this.offset;
  },
  stride(dim?: number) {
    return (dim === undefined ? this.strides : this.strides[normalizeDim("stride", dim, this.ndim)]) as number &
      readonly number[];
  },
  dimOrder() {
    // of equal strides the outer dimension comes first
    return this.shape.map((_, d) => d).sort((a, b) => this.strides[b] - this.strides[a] || a - b);
  },
});

declare module "./tensor.ts" {
  interface Tensor {
    /** Returns whether the dtype is one of the floats. @example zeros([2]).isFloatingPoint(); // true */
    isFloatingPoint(): boolean;
    /** Returns whether the dtype is complex64 or complex128. @example zeros([2]).isComplex(); // false */
    isComplex(): boolean;
    /** Returns whether another tensor has the same shape. @example zeros([2]).isSameSize(ones([2])); // true */
    isSameSize(other: Tensor): boolean;
    /** Returns whether the dtype has negative numbers. @example tensor([true]).isSigned(); // false */
    isSigned(): boolean;
    /** Returns whether the only element is not 0. @throws ShapeError when there are more elements or none. @example tensor([2]).isNonzero(); // true */
    isNonzero(): boolean;
    /** Returns the number of dimensions, like `ndim`. @example zeros([2, 3]).dim(); // 2 */
    dim(): number;
    /** Bytes that the elements take; a bool takes one. @example zeros([2, 3]).nbytes; // 24 */
    readonly nbytes: number;
    /** Returns the elements as nested arrays, as `toArray` does: PyTorch's name for it. @example tensor([1, 2]).tolist(); // [1, 2] */
    tolist<T extends NestedArray = NestedArray>(): T;
    /** Returns the number of elements. @example zeros([2, 3]).nelement(); // 6 */
    nelement(): number;
    /** Returns the number of dimensions. @example zeros([2, 3]).ndimension(); // 2 */
    ndimension(): number;
    /** Returns the bytes of an element. @example zeros([2]).elementSize(); // 4 */
    elementSize(): number;
    /** Bytes of an element. @example zeros([2]).itemsize; // 4 */
    readonly itemsize: number;
    /** Returns the position of the first element in the storage, in elements. @example arange(4).narrow(0, 1, 2).storageOffset(); // 1 */
    storageOffset(): number;
    /** Returns the strides, or that of dimension `dim`. @throws IndexError for no such dimension. @example zeros([2, 3]).stride(0); // 3 */
    stride(): readonly number[];
    stride(dim: number): number;
    /** Returns the dimensions in the order in which they lie in memory, outermost first. @example zeros([2, 3]).t().dimOrder(); // [1, 0] */
    dimOrder(): readonly number[];
  }
}
