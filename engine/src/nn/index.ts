/** `nn`: neural network modules, their parameters and hooks, initialization, and utilities. */
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
export { Module } from "./base/module.ts";
export { Buffer, Parameter } from "./base/parameter.ts";
export type { StateDict } from "./base/state-dict.ts";
export type {
  ExtraState,
  IncompatibleKeys,
  LoadStateDictPostHook,
  LoadStateDictPreHook,
  PlainState,
  StateDictPostHook,
  StateDictPreHook,
} from "./base/state-hooks.ts";
export type { BufferOptions, StateWalkOptions, WalkOptions } from "./base/tree.ts";
export { UninitializedBuffer, type UninitializedOptions, UninitializedParameter } from "./base/uninitialized.ts";
export * as init from "./init/index.ts";
export * from "./layers/activation.ts";
export * from "./layers/adaptive-pooling.ts";
export * from "./layers/attention.ts";
export * from "./layers/class-loss.ts";
export * from "./layers/container.ts";
export * from "./layers/conv.ts";
export * from "./layers/conv-transpose.ts";
export * from "./layers/distance.ts";
export * from "./layers/dropout.ts";
export * from "./layers/embedding.ts";
export * from "./layers/flatten.ts";
export * from "./layers/fold.ts";
export * from "./layers/group-normalization.ts";
export * from "./layers/instance-normalization.ts";
export * from "./layers/lazy/index.ts";
export * from "./layers/linear.ts";
export * from "./layers/linear-loss.ts";
export * from "./layers/loss.ts";
export * from "./layers/normalization.ts";
export * from "./layers/padding.ts";
export * from "./layers/piecewise-activation.ts";
export * from "./layers/pooling.ts";
export * from "./layers/recurrent/index.ts";
export * from "./layers/shuffle.ts";
export * from "./layers/smooth-activation.ts";
export * from "./layers/transformer.ts";
export {
  type DecoderMasks,
  type EncoderLayerMasks,
  type EncoderMasks,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from "./layers/transformer-layer.ts";
export * from "./layers/unpooling.ts";
export * from "./layers/upsampling.ts";
export * as utils from "./utils/index.ts";
