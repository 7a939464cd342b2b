/** The methods of Tensor, each the function of the same name with the tensor as its first argument. */

import type { Operand } from "../dispatch/operand.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NestedArray } from "../tensor/nested.ts";
import { type Dims, type Listed, listed } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import * as arithmetic from "./elementwise/arithmetic.ts";
import { type ClampOptions, clamp } from "./elementwise/clamp.ts";
import * as compare from "./elementwise/compare.ts";
import { clone, to } from "./elementwise/convert.ts";
import * as division from "./elementwise/division.ts";
import * as exponential from "./elementwise/exponential.ts";
import * as rounding from "./elementwise/rounding.ts";
import * as activation from "./functional/activation.ts";
import * as soft from "./functional/softmax.ts";
import * as pick from "./indexing/gather.ts";
import { type Index, index, maskedSelect } from "./indexing/indexing.ts";
import { matmul } from "./linalg/matmul.ts";
import * as reduced from "./reduce/amax.ts";
import * as extreme from "./reduce/max.ts";
import type { ReduceOptions } from "./reduce/reduction.ts";
import * as reduce from "./reduce/sum.ts";
import { chunk, type DimOption, split } from "./shape/join.ts";
import * as shape from "./shape/reshape.ts";
import * as view from "./shape/window.ts";
import { type TapeMethods, tapeMethods } from "./tape-methods.ts";

type ReduceDim<O> = Dims | null | O;

/** What every tensor can do; the functions of the same names say more. */
export interface TensorMethods extends TapeMethods {
  /** `this + alpha * other`, with broadcasting. */
  add(other: Operand, options?: arithmetic.AlphaOptions): Tensor;
  /** `this - alpha * other`. */
  sub(other: Operand, options?: arithmetic.AlphaOptions): Tensor;
  /** Product, element by element. */
  mul(other: Operand): Tensor;
  /** Quotient; integers give float32. */
  div(other: Operand, options?: division.DivOptions): Tensor;
  /** Remainder of division, with the sign of `other`. */
  remainder(other: Operand): Tensor;
  /** Negation. */
  neg(): Tensor;
  /** Power. */
  pow(exponent: Operand): Tensor;
  /** x². */
  square(): Tensor;
  /** The greatest integer that is not above; gradient 0. */
  floor(): Tensor;
  /** The least integer that is not below; gradient 0. */
  ceil(): Tensor;
  /** The nearest integer, or the nearest multiple of 10 to the power of minus `decimals`; halves to even; gradient 0. */
  round(options?: rounding.RoundOptions): Tensor;
  /** The integer part; gradient 0. */
  trunc(): Tensor;
  /** 1 / x. */
  reciprocal(): Tensor;
  /** The larger of two; a tie shares the gradient. */
  maximum(other: Tensor): Tensor;
  /** The smaller of two; a tie shares the gradient. */
  minimum(other: Tensor): Tensor;
  /** eˣ. */
  exp(): Tensor;
  /** eˣ - 1, accurate near 0. */
  expm1(): Tensor;
  /** Natural logarithm; -Infinity at 0, NaN below. */
  log(): Tensor;
  /** ln(1 + x), accurate near 0. */
  log1p(): Tensor;
  /** Square root; its gradient at 0 is infinite. */
  sqrt(): Tensor;
  /** 1 / √x. */
  rsqrt(): Tensor;
  /** Sine, of radians. */
  sin(): Tensor;
  /** Cosine, of radians. */
  cos(): Tensor;
  /** Hyperbolic tangent. */
  tanh(): Tensor;
  /** Absolute value; the gradient at 0 is 0. */
  abs(): Tensor;
  /** -1, 0 or 1; the gradient is 0. */
  sign(): Tensor;
  /** The error function. */
  erf(): Tensor;
  /** 1 / (1 + e⁻ˣ). */
  sigmoid(): Tensor;
  /** max(x, 0); the gradient at 0 is 0. */
  relu(): Tensor;
  /** x Φ(x), exactly or by its tanh approximation. */
  gelu(options?: activation.GeluOptions): Tensor;
  /** Limits to [min, max]; the gradient at a limit is 1. */
  clamp(min?: Operand | null | ClampOptions, max?: Operand | null): Tensor;
  /** Whether equal, element by element, with broadcasting. */
  eq(other: Operand): Tensor;
  /** Whether different. */
  ne(other: Operand): Tensor;
  /** Whether less. */
  lt(other: Operand): Tensor;
  /** Whether less or equal. */
  le(other: Operand): Tensor;
  /** Whether greater. */
  gt(other: Operand): Tensor;
  /** Whether greater or equal. */
  ge(other: Operand): Tensor;
  /** Whether both are not 0. */
  logicalAnd(other: Tensor): Tensor;
  /** Whether at least one is not 0. */
  logicalOr(other: Tensor): Tensor;
  /** Whether 0. */
  logicalNot(): Tensor;
  /** Whether NaN. */
  isnan(): Tensor;
  /** Whether neither NaN nor infinite. */
  isfinite(): Tensor;
  /** The tensor where the condition holds, else `other`. */
  where(condition: Tensor, other: Operand): Tensor;
  /** Sum over dimensions; all by default. */
  sum(dim?: ReduceDim<reduce.SumOptions>, keepdim?: boolean | reduce.SumOptions): Tensor;
  /** Arithmetic mean over dimensions; of float tensors. */
  mean(dim?: ReduceDim<reduce.SumOptions>, keepdim?: boolean | reduce.SumOptions): Tensor;
  /** Variance over dimensions, with Bessel's correction by default. */
  var(dim?: ReduceDim<reduce.VarOptions>, unbiased?: boolean | reduce.VarOptions, keepdim?: boolean): Tensor;
  /** Standard deviation over dimensions; its gradient where it is 0 is 0. */
  std(dim?: ReduceDim<reduce.VarOptions>, unbiased?: boolean | reduce.VarOptions, keepdim?: boolean): Tensor;
  /** Largest over dimensions; equal ones share the gradient. */
  amax(dim?: ReduceDim<ReduceOptions>, keepdim?: boolean | ReduceOptions): Tensor;
  /** Smallest over dimensions; equal ones share the gradient. */
  amin(dim?: ReduceDim<ReduceOptions>, keepdim?: boolean | ReduceOptions): Tensor;
  /** The largest of all. */
  max(): Tensor;
  /** The larger of two. */
  max(other: Tensor): Tensor;
  /** The largest along a dimension, and where. */
  max(dim: number, keepdim?: boolean | extreme.AlongOptions): extreme.ValuesIndices;
  /** The largest along a dimension, and where. */
  max(options: extreme.AlongOptions & { readonly dim: number }): extreme.ValuesIndices;
  /** The largest of all, or the larger of two. */
  max(options: extreme.MaxOptions & { readonly dim?: null }): Tensor;
  /** The smallest of all. */
  min(): Tensor;
  /** The smaller of two. */
  min(other: Tensor): Tensor;
  /** The smallest along a dimension, and where. */
  min(dim: number, keepdim?: boolean | extreme.AlongOptions): extreme.ValuesIndices;
  /** The smallest along a dimension, and where. */
  min(options: extreme.AlongOptions & { readonly dim: number }): extreme.ValuesIndices;
  /** The smallest of all, or the smaller of two. */
  min(options: extreme.MaxOptions & { readonly dim?: null }): Tensor;
  /** Index of the largest (int32), of all or along a dimension; the first at a tie. */
  argmax(dim?: number | null | extreme.AlongOptions, keepdim?: boolean | extreme.AlongOptions): Tensor;
  /** Index of the smallest (int32), of all or along a dimension; the first at a tie. */
  argmin(dim?: number | null | extreme.AlongOptions, keepdim?: boolean | extreme.AlongOptions): Tensor;
  /** exp(x) along a dimension, scaled to sum to 1. */
  softmax(dim: number, options?: soft.SoftmaxOptions): Tensor;
  /** ln softmax(x) along a dimension, accurate where softmax would round to 0. */
  logSoftmax(dim: number, options?: soft.SoftmaxOptions): Tensor;
  /** ln Σ exp(x) over dimensions, without overflow. */
  logsumexp(dim: Dims, keepdim?: boolean | soft.LogsumexpOptions): Tensor;
  /** Matrix product. */
  matmul(other: Tensor): Tensor;
  /** The elements in row-major order under another shape; one size may be -1. A view where possible. */
  reshape(...shape: Listed): Tensor;
  /** The same elements under another shape; an error where that would need a copy. */
  view(...size: Listed): Tensor;
  /** Merges dimensions. */
  flatten(startDim?: number | shape.FlattenOptions, endDim?: number): Tensor;
  /** Two dimensions exchanged; a view. */
  transpose(dim0: number, dim1: number): Tensor;
  /** The transpose of a matrix. */
  t(): Tensor;
  /** The transpose of a matrix. */
  readonly T: Tensor;
  /** The last two dimensions exchanged. */
  readonly mT: Tensor;
  /** The dimensions in another order; a view. */
  permute(...dims: Listed): Tensor;
  /** Drops dimensions of size 1: all, or those named. */
  squeeze(dim?: Dims | null | shape.SqueezeOptions): Tensor;
  /** A new dimension of size 1. */
  unsqueeze(dim: number): Tensor;
  /** Repeats dimensions of size 1, without copying; -1 keeps a size. */
  expand(...size: Listed): Tensor;
  /** The tensor itself if its elements lie in row-major order without gaps, else a copy that does. */
  contiguous(): Tensor;
  /** Cuts a dimension into views: of one size, or of the sizes listed. */
  split(splitSizeOrSections: number | readonly number[], dim?: number | DimOption): readonly Tensor[];
  /** Cuts a dimension into at most this many views of equal size. */
  chunk(chunks: number, dim?: number | DimOption): readonly Tensor[];
  /** Picks by integers, ranges and index tensors. */
  index(...indices: readonly Index[]): Tensor;
  /** The elements where the mask holds, as a vector. */
  maskedSelect(mask: Tensor): Tensor;
  /** Some elements of a dimension, from a start; a view. */
  narrow(dim: number, start: number | Tensor, length: number): Tensor;
  /** One index of a dimension, which is dropped; a view. */
  select(dim: number, index: number): Tensor;
  /** Slices of a dimension in the order of an int32 vector. */
  indexSelect(dim: number, index: Tensor): Tensor;
  /** A copy with slices of the source added at the indices of a dimension. */
  indexAdd(dim: number, index: Tensor, source: Tensor, options?: pick.IndexAddOptions): Tensor;
  /** Picks along a dimension by an int32 tensor of the result's shape. */
  gather(dim: number, index: Tensor, options?: pick.GatherOptions): Tensor;
  /** A copy with the elements of src added where the index points. */
  scatterAdd(dim: number, index: Tensor, src: Tensor): Tensor;
  /** A copy in storage of its own; gradients flow through. */
  clone(): Tensor;
  /** The tensor with another element type. */
  to(dtype: DType): Tensor;
  /** Returns the elements as nested arrays, as `toArray` does. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows how deep the arrays are
  tolist<T extends NestedArray = NestedArray>(): T;
}

// biome-ignore format: one method a line
const methods: Omit<TensorMethods, keyof TapeMethods> & ThisType<Tensor> = {
  add(other, options) { return arithmetic.add(this, other, options); },
  sub(other, options) { return arithmetic.sub(this, other, options); },
  mul(other) { return arithmetic.mul(this, other); },
  div(other, options) { return division.div(this, other, options); },
  remainder(other) { return division.remainder(this, other); },
  neg() { return arithmetic.neg(this); },
  pow(exponent) { return arithmetic.pow(this, exponent); },
  square() { return arithmetic.square(this); },
  floor() { return rounding.floor(this); },
  ceil() { return rounding.ceil(this); },
  round(options) { return rounding.round(this, options); },
  trunc() { return rounding.trunc(this); },
  reciprocal() { return division.reciprocal(this); },
  maximum(other) { return arithmetic.maximum(this, other); },
  minimum(other) { return arithmetic.minimum(this, other); },
  exp() { return exponential.exp(this); },
  expm1() { return exponential.expm1(this); },
  log() { return exponential.log(this); },
  log1p() { return exponential.log1p(this); },
  sqrt() { return exponential.sqrt(this); },
  rsqrt() { return exponential.rsqrt(this); },
  sin() { return exponential.sin(this); },
  cos() { return exponential.cos(this); },
  tanh() { return exponential.tanh(this); },
  abs() { return activation.abs(this); },
  sign() { return activation.sign(this); },
  erf() { return activation.erf(this); },
  sigmoid() { return activation.sigmoid(this); },
  relu() { return activation.relu(this); },
  gelu(options) { return activation.gelu(this, options); },
  clamp(low, high) { return clamp(this, low, high); },
  eq(other) { return compare.eq(this, other); },
  ne(other) { return compare.ne(this, other); },
  lt(other) { return compare.lt(this, other); },
  le(other) { return compare.le(this, other); },
  gt(other) { return compare.gt(this, other); },
  ge(other) { return compare.ge(this, other); },
  logicalAnd(other) { return compare.logicalAnd(this, other); },
  logicalOr(other) { return compare.logicalOr(this, other); },
  logicalNot() { return compare.logicalNot(this); },
  isnan() { return compare.isnan(this); },
  isfinite() { return compare.isfinite(this); },
  where(condition, other) { return compare.where(condition, this, other); },
  sum(dim, keepdim) { return reduce.sum(this, dim, keepdim); },
  mean(dim, keepdim) { return reduce.mean(this, dim, keepdim); },
  var(dim, unbiased, keepdim) { return reduce.variance(this, dim, unbiased, keepdim); },
  std(dim, unbiased, keepdim) { return reduce.std(this, dim, unbiased, keepdim); },
  amax(dim, keepdim) { return reduced.amax(this, dim, keepdim); },
  amin(dim, keepdim) { return reduced.amin(this, dim, keepdim); },
  max(...args: never[]) { return (extreme.max as (...a: unknown[]) => never)(this, ...args); },
  min(...args: never[]) { return (extreme.min as (...a: unknown[]) => never)(this, ...args); },
  argmax(dim, keepdim) { return extreme.argmax(this, dim, keepdim); },
  argmin(dim, keepdim) { return extreme.argmin(this, dim, keepdim); },
  softmax(dim, options) { return soft.softmax(this, dim, options); },
  logSoftmax(dim, options) { return soft.logSoftmax(this, dim, options); },
  logsumexp(dim, keepdim) { return soft.logsumexp(this, dim, keepdim); },
  matmul(other) { return matmul(this, other); },
  reshape(...to) { return shape.reshape(this, listed(to)); },
  view(...size) { return shape.view(this, listed(size)); },
  flatten(startDim, endDim) { return shape.flatten(this, startDim, endDim); },
  transpose(dim0, dim1) { return shape.transpose(this, dim0, dim1); },
  t() { return shape.t(this); },
  get T() { return shape.t(this); },
  get mT() { return shape.transpose(this, -2, -1); },
  permute(...dims) { return shape.permute(this, listed(dims)); },
  squeeze(dim) { return shape.squeeze(this, dim); },
  unsqueeze(dim) { return shape.unsqueeze(this, dim); },
  expand(...size) { return shape.expand(this, listed(size)); },
  contiguous() { return shape.contiguous(this); },
  split(sizes, dim) { return split(this, sizes, dim); },
  chunk(chunks, dim) { return chunk(this, chunks, dim); },
  index(...indices) { return index(this, ...indices); },
  maskedSelect(mask) { return maskedSelect(this, mask); },
  narrow(dim, start, length) { return view.narrow(this, dim, start, length); },
  select(dim, at) { return view.select(this, dim, at); },
  indexSelect(dim, at) { return pick.indexSelect(this, dim, at); },
  indexAdd(dim, at, source, options) { return pick.indexAdd(this, dim, at, source, options); },
  gather(dim, at, options) { return pick.gather(this, dim, at, options); },
  scatterAdd(dim, at, src) { return pick.scatterAdd(this, dim, at, src); },
  clone() { return clone(this); },
  to(dtype) { return to(this, dtype); },
  tolist() { return this.toArray(); },
};

/** Puts the methods on the class. */
export function installMethods(prototype: object): void {
  const descriptors = {
    ...Object.getOwnPropertyDescriptors(methods),
    ...Object.getOwnPropertyDescriptors(tapeMethods),
  };
  for (const descriptor of Object.values(descriptors)) descriptor.enumerable = false;
  Object.defineProperties(prototype, descriptors);
}
