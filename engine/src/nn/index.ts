/** Neural network modules. */
export * as functional from "../ops/functional/index.ts";
export {
  type BackwardHook,
  type BackwardPreHook,
  type ForwardHook,
  type ForwardHookOptions,
  type ForwardPreHook,
  registerModuleForwardHook,
  registerModuleForwardPreHook,
  registerModuleFullBackwardHook,
  registerModuleFullBackwardPreHook,
} from "./base/hooks.ts";
export { Module, type StateWalkOptions, type WalkOptions } from "./base/module.ts";
export { Buffer, Parameter } from "./base/parameter.ts";
export type { StateDict } from "./base/state-dict.ts";
export * as init from "./init.ts";
export { Dropout, Flatten, GELU, ReLU, Sigmoid, Tanh } from "./layers/activation.ts";
export { type Layer, Sequential } from "./layers/container.ts";
export {
  AvgPool1d,
  AvgPool2d,
  Conv1d,
  Conv2d,
  type ConvModuleOptions,
  MaxPool1d,
  MaxPool2d,
  type MaxPoolModuleOptions,
} from "./layers/conv.ts";
export { Linear, type LinearModuleOptions } from "./layers/linear.ts";
export {
  BatchNorm1d,
  BatchNorm2d,
  type BatchNormModuleOptions,
  LayerNorm,
  type NormModuleOptions,
  RMSNorm,
} from "./layers/normalization.ts";
export {
  Embedding,
  type EmbeddingModuleOptions,
  LSTM,
  LSTMCell,
  type LSTMCellOptions,
  type LSTMOptions,
  type LSTMState,
} from "./layers/recurrent.ts";
export * as utils from "./utils/index.ts";
