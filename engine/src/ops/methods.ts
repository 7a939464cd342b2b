/** The methods of Tensor, each the function of the same name with the tensor as its first argument. */

import type { Operand } from "../op/operand.ts";
import { type BackwardOptions, backward, registerHook, retainGrad } from "../tape/backward.ts";
import type { GradHook, HookHandle } from "../tape/node.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Dims, Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import * as activation from "./activation.ts";
import * as arithmetic from "./arithmetic.ts";
import { type ClampOptions, clamp } from "./clamp.ts";
import * as compare from "./compare.ts";
import { clone, to } from "./convert.ts";
import * as exponential from "./exponential.ts";
import * as extreme from "./extreme.ts";
import { type Index, index, maskedSelect } from "./indexing.ts";
import * as inplace from "./inplace.ts";
import { chunk, type DimOption, split } from "./join.ts";
import { matmul } from "./matmul.ts";
import * as pick from "./pick.ts";
import * as reduce from "./reduce.ts";
import type { ReduceOptions } from "./reduction.ts";
import * as shape from "./shape.ts";
import * as soft from "./softmax.ts";
import * as view from "./window.ts";

type ReduceDim<O> = Dims | null | O;

/** What every tensor can do; the functions of the same names say more. */
export interface TensorMethods {
  /** `this + alpha * other`, with broadcasting. */
  add(other: Operand, options?: arithmetic.AlphaOptions): Tensor;
  /** `this - alpha * other`. */
  sub(other: Operand, options?: arithmetic.AlphaOptions): Tensor;
  /** Product, element by element. */
  mul(other: Operand): Tensor;
  /** Quotient; integers give float32. */
  div(other: Operand, options?: arithmetic.DivOptions): Tensor;
  /** Negation. */
  neg(): Tensor;
  /** Power. */
  pow(exponent: Operand): Tensor;
  square(): Tensor;
  reciprocal(): Tensor;
  /** The larger of two; a tie shares the gradient. */
  maximum(other: Tensor): Tensor;
  /** The smaller of two; a tie shares the gradient. */
  minimum(other: Tensor): Tensor;
  exp(): Tensor;
  expm1(): Tensor;
  log(): Tensor;
  log1p(): Tensor;
  sqrt(): Tensor;
  rsqrt(): Tensor;
  sin(): Tensor;
  cos(): Tensor;
  tanh(): Tensor;
  /** Absolute value; the gradient at 0 is 0. */
  abs(): Tensor;
  sign(): Tensor;
  erf(): Tensor;
  sigmoid(): Tensor;
  /** max(x, 0); the gradient at 0 is 0. */
  relu(): Tensor;
  gelu(options?: activation.GeluOptions): Tensor;
  /** Limits to [min, max]; the gradient at a limit is 1. */
  clamp(min?: Operand | null | ClampOptions, max?: Operand | null): Tensor;
  eq(other: Operand): Tensor;
  ne(other: Operand): Tensor;
  lt(other: Operand): Tensor;
  le(other: Operand): Tensor;
  gt(other: Operand): Tensor;
  ge(other: Operand): Tensor;
  logicalAnd(other: Tensor): Tensor;
  logicalOr(other: Tensor): Tensor;
  logicalNot(): Tensor;
  isnan(): Tensor;
  isfinite(): Tensor;
  /** The tensor where the condition holds, else `other`. */
  where(condition: Tensor, other: Operand): Tensor;
  sum(dim?: ReduceDim<reduce.SumOptions>, options?: reduce.SumOptions): Tensor;
  mean(dim?: ReduceDim<reduce.SumOptions>, options?: reduce.SumOptions): Tensor;
  var(dim?: ReduceDim<reduce.VarOptions>, options?: reduce.VarOptions): Tensor;
  std(dim?: ReduceDim<reduce.VarOptions>, options?: reduce.VarOptions): Tensor;
  amax(dim?: ReduceDim<ReduceOptions>, options?: ReduceOptions): Tensor;
  amin(dim?: ReduceDim<ReduceOptions>, options?: ReduceOptions): Tensor;
  /** The largest of all. */
  max(): Tensor;
  /** The larger of two. */
  max(other: Tensor): Tensor;
  /** The largest along a dimension, and where. */
  max(dim: number, options?: extreme.AlongOptions): extreme.ValuesIndices;
  /** The smallest of all. */
  min(): Tensor;
  /** The smaller of two. */
  min(other: Tensor): Tensor;
  /** The smallest along a dimension, and where. */
  min(dim: number, options?: extreme.AlongOptions): extreme.ValuesIndices;
  argmax(dim?: number | null | extreme.AlongOptions, options?: extreme.AlongOptions): Tensor;
  argmin(dim?: number | null | extreme.AlongOptions, options?: extreme.AlongOptions): Tensor;
  softmax(dim: number, options?: soft.SoftmaxOptions): Tensor;
  logSoftmax(dim: number, options?: soft.SoftmaxOptions): Tensor;
  logsumexp(dim: Dims, options?: soft.LogsumexpOptions): Tensor;
  /** Matrix product. */
  matmul(other: Tensor): Tensor;
  reshape(shape: Shape): Tensor;
  view(size: Shape): Tensor;
  flatten(startDim?: number | shape.FlattenOptions, endDim?: number): Tensor;
  transpose(dim0: number, dim1: number): Tensor;
  /** The transpose of a matrix. */
  t(): Tensor;
  permute(dims: readonly number[]): Tensor;
  squeeze(dim?: Dims | null | shape.SqueezeOptions): Tensor;
  unsqueeze(dim: number): Tensor;
  expand(size: Shape): Tensor;
  contiguous(): Tensor;
  split(splitSizeOrSections: number | readonly number[], dim?: number | DimOption): readonly Tensor[];
  chunk(chunks: number, dim?: number | DimOption): readonly Tensor[];
  /** Picks by integers, ranges and index tensors. */
  index(...indices: readonly Index[]): Tensor;
  maskedSelect(mask: Tensor): Tensor;
  narrow(dim: number, start: number | Tensor, length: number): Tensor;
  select(dim: number, index: number): Tensor;
  indexSelect(dim: number, index: Tensor): Tensor;
  indexAdd(dim: number, index: Tensor, source: Tensor, options?: pick.IndexAddOptions): Tensor;
  gather(dim: number, index: Tensor): Tensor;
  scatterAdd(dim: number, index: Tensor, src: Tensor): Tensor;
  clone(): Tensor;
  /** The tensor with another element type. */
  to(dtype: DType): Tensor;
  /** Adds to the tensor's own elements. */
  add_(other: Operand): Tensor;
  sub_(other: Operand): Tensor;
  mul_(other: Operand): Tensor;
  div_(other: Operand): Tensor;
  copy_(from: Tensor): Tensor;
  fill_(value: number | boolean): Tensor;
  zero_(): Tensor;
  /**
   * Accumulates gradients in the leaves this was computed from. Without `gradient` it must be a scalar.
   * @throws GradError when it requires no gradient, or its graph was freed by an earlier call.
   */
  backward(gradient?: Tensor | null | BackwardOptions, options?: BackwardOptions): void;
  /** Calls the hook with the gradient each time it is formed; a returned tensor replaces it. */
  registerHook(hook: GradHook): HookHandle;
  /** Keeps the gradient of a result in `grad`. */
  retainGrad(): void;
}

const isTensor = (x: object): x is Tensor => "storage" in x;

// biome-ignore format: one method a line
const methods: TensorMethods & ThisType<Tensor> = {
  add(other, options) { return arithmetic.add(this, other, options); },
  sub(other, options) { return arithmetic.sub(this, other, options); },
  mul(other) { return arithmetic.mul(this, other); },
  div(other, options) { return arithmetic.div(this, other, options); },
  neg() { return arithmetic.neg(this); },
  pow(exponent) { return arithmetic.pow(this, exponent); },
  square() { return arithmetic.square(this); },
  reciprocal() { return arithmetic.reciprocal(this); },
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
  sum(dim, options) { return reduce.sum(this, dim, options); },
  mean(dim, options) { return reduce.mean(this, dim, options); },
  var(dim, options) { return reduce.variance(this, dim, options); },
  std(dim, options) { return reduce.std(this, dim, options); },
  amax(dim, options) { return extreme.amax(this, dim, options); },
  amin(dim, options) { return extreme.amin(this, dim, options); },
  max(...args: never[]) { return (extreme.max as (...a: unknown[]) => never)(this, ...args); },
  min(...args: never[]) { return (extreme.min as (...a: unknown[]) => never)(this, ...args); },
  argmax(dim, options) { return extreme.argmax(this, dim, options); },
  argmin(dim, options) { return extreme.argmin(this, dim, options); },
  softmax(dim, options) { return soft.softmax(this, dim, options); },
  logSoftmax(dim, options) { return soft.logSoftmax(this, dim, options); },
  logsumexp(dim, options) { return soft.logsumexp(this, dim, options); },
  matmul(other) { return matmul(this, other); },
  reshape(to) { return shape.reshape(this, to); },
  view(size) { return shape.view(this, size); },
  flatten(startDim, endDim) { return shape.flatten(this, startDim, endDim); },
  transpose(dim0, dim1) { return shape.transpose(this, dim0, dim1); },
  t() { return shape.t(this); },
  permute(dims) { return shape.permute(this, dims); },
  squeeze(dim) { return shape.squeeze(this, dim); },
  unsqueeze(dim) { return shape.unsqueeze(this, dim); },
  expand(size) { return shape.expand(this, size); },
  contiguous() { return shape.contiguous(this); },
  split(sizes, dim) { return split(this, sizes, dim); },
  chunk(chunks, dim) { return chunk(this, chunks, dim); },
  index(...indices) { return index(this, ...indices); },
  maskedSelect(mask) { return maskedSelect(this, mask); },
  narrow(dim, start, length) { return view.narrow(this, dim, start, length); },
  select(dim, at) { return view.select(this, dim, at); },
  indexSelect(dim, at) { return pick.indexSelect(this, dim, at); },
  indexAdd(dim, at, source, options) { return pick.indexAdd(this, dim, at, source, options); },
  gather(dim, at) { return pick.gather(this, dim, at); },
  scatterAdd(dim, at, src) { return pick.scatterAdd(this, dim, at, src); },
  clone() { return clone(this); },
  to(dtype) { return to(this, dtype); },
  add_(other) { return inplace.addInPlace(this, other); },
  sub_(other) { return inplace.subInPlace(this, other); },
  mul_(other) { return inplace.mulInPlace(this, other); },
  div_(other) { return inplace.divInPlace(this, other); },
  copy_(from) { return inplace.copyInPlace(this, from); },
  fill_(value) { return inplace.fillInPlace(this, value); },
  zero_() { return inplace.fillInPlace(this, 0); },
  backward(gradient, options) {
    if (gradient === null || gradient === undefined) backward(this, null, options);
    else if (isTensor(gradient)) backward(this, gradient, options);
    else backward(this, null, gradient);
  },
  registerHook(hook) { return registerHook(this, hook); },
  retainGrad() { retainGrad(this); },
};

/** Puts the methods on the class. */
export function installMethods(prototype: object): void {
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}
