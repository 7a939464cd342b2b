/** Tapelab: tensors, a dynamic tape, gradients, and a look inside. */
import * as inspect from "./inspect/index.ts";
import { install } from "./ops/install.ts";
import { displayAs } from "./tensor/symbols.ts";
import { Tensor } from "./tensor/tensor.ts";

install();
displayAs(Tensor.prototype, inspect.tensorBundle);

export { type DType, type NumericArray, promoteTypes } from "./tensor/dtype.ts";
export { ArgumentError, DTypeError, GradError, IndexError, ShapeError } from "./tensor/errors.ts";
export type { Dims, Shape } from "./tensor/shape.ts";
export { Tensor };
export type { NestedArray } from "./tensor/tensor.ts";
export {
  arange,
  type CreateOptions,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  rand,
  randint,
  randn,
  type RandomOptions,
  randperm,
  tensor,
  type TensorData,
  zeros,
  zerosLike,
} from "./tensor/create.ts";
export { Generator, manualSeed } from "./tensor/random.ts";
export { enableGrad, isGradEnabled, noGrad, setGradEnabled } from "./tape/mode.ts";
export type { BackwardOptions, GradOptions } from "./tape/backward.ts";
export type { GradHook, HookHandle } from "./tape/node.ts";
export { scope } from "./tape/scope.ts";
export { type Operator, operators, type Parameter } from "./op/registry.ts";
export type { Operand } from "./op/operand.ts";
export type { Arguments } from "./op/spec.ts";
export * from "./ops/index.ts";
export * as autograd from "./autograd.ts";
export * as nn from "./nn/index.ts";
export * as F from "./ops/functional.ts";
export * as optim from "./optim/index.ts";
export * as data from "./data/index.ts";
export * as metrics from "./metrics/index.ts";
export { inspect };
export { type Gradients, gradients, type Tape, tape } from "./inspect/show.ts";
export type { GradientSource, HasParameters } from "./inspect/gradients.ts";
