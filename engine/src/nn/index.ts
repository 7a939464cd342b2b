/** Neural network modules. */
export * as functional from "../ops/functional.ts";
export { Dropout, Flatten, GELU, ReLU, Sigmoid, Tanh } from "./activation.ts";
export { type Layer, Sequential } from "./container.ts";
export {
  AvgPool1d,
  AvgPool2d,
  Conv1d,
  Conv2d,
  type ConvModuleOptions,
  MaxPool1d,
  MaxPool2d,
  type MaxPoolModuleOptions,
} from "./conv.ts";
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
} from "./hooks.ts";
export * as init from "./init.ts";
export { Linear, type LinearModuleOptions } from "./linear.ts";
export { Module, type StateWalkOptions, type WalkOptions } from "./module.ts";
export {
  BatchNorm1d,
  BatchNorm2d,
  type BatchNormModuleOptions,
  LayerNorm,
  type NormModuleOptions,
  RMSNorm,
} from "./norm.ts";
export { Buffer, Parameter } from "./parameter.ts";
export {
  Embedding,
  type EmbeddingModuleOptions,
  LSTM,
  LSTMCell,
  type LSTMCellOptions,
  type LSTMOptions,
  type LSTMState,
} from "./sequence.ts";
export type { StateDict } from "./state.ts";
export * as utils from "./utils.ts";
