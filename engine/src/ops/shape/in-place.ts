/** Methods that change the shape of a tensor in place, or set its diagonal. */
import { batchOf } from "../../dispatch/batched.ts";
import { type RegisteredOperator, registered, registerInPlace, registerMethod } from "../../dispatch/registry.ts";
import { moveRetained } from "../../tape/backward/register.ts";
import { isGradEnabled } from "../../tape/graph/mode.ts";
import { copySavedBeforeChange } from "../../tape/graph/saved-hooks.ts";
import { checkSizes } from "../../tensor/create/options.ts";
import { isComplex, wordsPerElement } from "../../tensor/dtype.ts";
import { ArgumentError, GradError, ShapeError } from "../../tensor/errors.ts";
import { addMethods } from "../../tensor/methods.ts";
import { type Listed, listed, type Shape, sameShape, sizeOf } from "../../tensor/shape.ts";
import { allocateZeroed } from "../../tensor/storage/storage.ts";
import { setWindow, Tensor } from "../../tensor/tensor.ts";
import { countChange, requireWritable } from "../inplace.ts";
import { diagonal } from "./diagonal.ts";
import { squeeze, unsqueeze } from "./expand.ts";
import { t, transpose } from "./permute.ts";
import { type AsStridedOptions, asStrided } from "./strided.ts";

/** Gives `x` shape and strides of `view(x)`, a view of it. On the tape `x` then stands for that view. */
function reshapeInPlace(op: string, x: Tensor, view: (x: Tensor) => Tensor): Tensor {
  if (x.requiresGrad && (x.isLeaf || !isGradEnabled()))
    throw new GradError(
      op,
      `${x.isLeaf ? "a leaf that requires a gradient" : "inside noGrad, a tensor that requires a gradient"} keeps its shape; use the op that returns a view`,
    );
  requireWritable(op, x, []);
  copySavedBeforeChange(x.storage);
  const y = view(x);
  const [before, after] = [x.source, y.source];
  setWindow(x, y);
  x.source = after;
  moveRetained(x, before);
  return countChange(op, x);
}

/** Gives `x` another shape, over the elements from its first one on. A storage that is too small is replaced by one with zeros behind the elements. */
function resize(op: string, x: Tensor, shape: Shape): Tensor {
  checkSizes(op, shape);
  if (x.requiresGrad) throw new GradError(op, "a tensor that requires a gradient cannot be resized; resize x.detach()");
  if (batchOf(x) !== null) throw new GradError(op, "a batched tensor cannot be resized inside vmap");
  if (sameShape(shape, x.shape)) return x;
  copySavedBeforeChange(x.storage);
  const { storage, offset, dtype } = x;
  const each = isComplex(dtype) ? 2 : 1;
  const needed = each * sizeOf(shape);
  const available = storage.length - each * offset;
  if (needed <= available) setWindow(x, new Tensor(storage, [...shape], null, offset, null, dtype));
  else {
    const grown = allocateZeroed(storage.dtype, needed);
    const words = wordsPerElement[storage.dtype];
    grown.array.set(storage.array.subarray(words * each * offset, words * storage.length));
    setWindow(x, new Tensor(grown, [...shape], null, 0, null, dtype));
  }
  return countChange(op, x);
}

/** Sets the elements x[i, …, i]. With `wrap`, the diagonal of a matrix with more rows than columns begins again one row below its end. */
function fillDiagonal(x: Tensor, value: number, wrap: boolean): Tensor {
  const { shape, ndim } = x;
  if (ndim < 2) throw new ShapeError("fillDiagonal_", "the tensor must have at least two dimensions", [shape]);
  if (ndim > 2 && shape.some((n) => n !== shape[0]))
    throw new ShapeError("fillDiagonal_", "with more than two dimensions, all must have the same size", [shape]);
  let main = x;
  while (main.ndim > 1) main = diagonal(main);
  main.fill_(value);
  const [rows, columns] = shape;
  if (wrap && ndim === 2 && columns > 0)
    for (let from = columns + 1; from < rows; from += columns + 1) diagonal(x, -from).fill_(value);
  return x;
}

addMethods({
  squeeze_(dim) {
    return reshapeInPlace("squeeze_", this, (x) => squeeze(x, dim));
  },
  unsqueeze_(dim) {
    return reshapeInPlace("unsqueeze_", this, (x) => unsqueeze(x, dim));
  },
  transpose_(dim0, dim1) {
    return reshapeInPlace("transpose_", this, (x) => transpose(x, dim0, dim1));
  },
  swapaxes_(dim0, dim1) {
    return reshapeInPlace("swapaxes_", this, (x) => transpose(x, dim0, dim1));
  },
  swapdims_(dim0, dim1) {
    return reshapeInPlace("swapdims_", this, (x) => transpose(x, dim0, dim1));
  },
  t_() {
    return reshapeInPlace("t_", this, t);
  },
  asStrided_(size, stride, options) {
    if (!this.isContiguous())
      throw new ArgumentError("asStrided_", "expected a contiguous tensor; call contiguous() first");
    return reshapeInPlace("asStrided_", this, (x) => asStrided(x, size, stride, options));
  },
  resize_(...sizes: Listed) {
    return resize("resize_", this, listed(sizes));
  },
  resizeAs_(other) {
    return resize("resizeAs_", this, other.shape);
  },
  fillDiagonal_(fillValue, wrap = false) {
    return fillDiagonal(this, fillValue, typeof wrap === "boolean" ? wrap : (wrap.wrap ?? false));
  },
});

/** Whether an argument is an options object without options, which calls by name pass last. */
const isEmpty = (x: unknown): boolean =>
  typeof x === "object" && x !== null && !Array.isArray(x) && Object.keys(x).length === 0;

/** Adds the in-place form of an op that returns a view to the registry, under the name of the method. */
function inRegistry(name: string, base: string): void {
  const call = (x: Tensor, ...args: readonly unknown[]): unknown => {
    const methods = x as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
    return methods[name](...(isEmpty(args.at(-1)) ? args.slice(0, -1) : args));
  };
  registerInPlace(name, registered.get(base) as RegisteredOperator, call);
}

inRegistry("squeeze_", "squeeze");
inRegistry("unsqueeze_", "unsqueeze");
inRegistry("transpose_", "transpose");
inRegistry("swapaxes_", "transpose");
inRegistry("swapdims_", "transpose");
inRegistry("t_", "t");
inRegistry("asStrided_", "asStrided");
registerMethod("resize_", "Tensor.resize_", "input, size", (x: Tensor, size: Shape) => x.resize_(size));
registerMethod("resizeAs_", "Tensor.resize_as_", "input, other|theTemplate", (x: Tensor, other: Tensor) =>
  x.resizeAs_(other),
);
registerMethod(
  "fillDiagonal_",
  "Tensor.fill_diagonal_",
  "input, fillValue, wrap=false",
  (x: Tensor, value: number, options) => x.fillDiagonal_(value, options),
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Removes dimensions of size 1, as `squeeze` does, from this tensor itself. @throws GradError for a leaf that requires a gradient. @example zeros([1, 2]).squeeze_().shape; // [2] */
    squeeze_(dim?: Parameters<typeof squeeze>[1]): Tensor;
    /** Adds a dimension of size 1 to this tensor itself. @throws GradError for a leaf that requires a gradient. @example zeros([2]).unsqueeze_(0).shape; // [1, 2] */
    unsqueeze_(dim: number): Tensor;
    /** Exchanges two dimensions of this tensor itself. @throws GradError for a leaf that requires a gradient. @example zeros([2, 3]).transpose_(0, 1).shape; // [3, 2] */
    transpose_(dim0: number, dim1: number): Tensor;
    /** Exchanges two dimensions of this tensor itself, like `transpose_`. @example zeros([2, 3]).swapaxes_(0, 1).shape; // [3, 2] */
    swapaxes_(axis0: number, axis1: number): Tensor;
    /** Exchanges two dimensions of this tensor itself, like `transpose_`. @example zeros([2, 3]).swapdims_(0, 1).shape; // [3, 2] */
    swapdims_(dim0: number, dim1: number): Tensor;
    /** Transposes this matrix itself. @throws GradError for a leaf that requires a gradient. @example zeros([2, 3]).t_().shape; // [3, 2] */
    t_(): Tensor;
    /**
     * Gives this contiguous tensor the shape `size`, in which a step along dimension d is `stride[d]` elements.
     * @throws ShapeError when the elements leave the tensor; GradError for a leaf that requires a gradient.
     * @example arange(4).asStrided_([2], [2]).toArray(); // [0, 2]
     */
    asStrided_(size: Shape, stride: readonly number[], options?: AsStridedOptions): Tensor;
    /**
     * Gives this tensor another shape, over its elements in memory from the first one on. If there are too few, this tensor, but no view of it, gets new memory, with zeros
     * behind its elements.
     * @throws GradError for a tensor that requires a gradient; ArgumentError for sizes that are no integers of at least 0.
     * @example arange(3).resize_(2, 2).toArray(); // [[0, 1], [2, 0]]
     */
    resize_(...size: Listed): Tensor;
    /** Gives this tensor the shape of another one, as `resize_` does. @example arange(3).resizeAs_(zeros([2])).toArray(); // [0, 1] */
    resizeAs_(other: Tensor): Tensor;
    /**
     * Sets the elements whose indices are all equal to a number. With `wrap`, the diagonal of a matrix with more rows than columns begins again one row below its end.
     * @throws ShapeError for less than two dimensions, and for more of different sizes; GradError for a leaf that requires a gradient.
     * @example zeros([2, 2]).fillDiagonal_(3).toArray(); // [[3, 0], [0, 3]]
     */
    fillDiagonal_(fillValue: number, wrap?: boolean | { readonly wrap?: boolean }): Tensor;
  }
}
