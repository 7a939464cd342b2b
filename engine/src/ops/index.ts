/** All public ops. */
export {
  abs,
  erf,
  type GeluApproximate,
  type GeluOptions,
  gelu,
  logSigmoid,
  relu,
  sigmoid,
  sign,
} from "./activation.ts";
export { amax, amin } from "./amax.ts";
export { type AlphaOptions, add, maximum, minimum, mul, neg, pow, square, sub } from "./arithmetic.ts";
export { type AttentionOptions, scaledDotProductAttention } from "./attention.ts";
export { channelNorm } from "./channel-norm.ts";
export { type ClampOptions, clamp } from "./clamp.ts";
export { eq, ge, gt, isfinite, isnan, le, logicalAnd, logicalNot, logicalOr, lt, ne, where } from "./compare.ts";
export {
  type ConvOptions,
  type ConvTransposeOptions,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from "./conv.ts";
export { clone, to } from "./convert.ts";
export { type DivOptions, div, type RoundingMode, reciprocal, remainder } from "./division.ts";
export { type DropoutOptions, dropout } from "./dropout.ts";
export { type EmbeddingOptions, embedding } from "./embedding.ts";
export { cos, exp, expm1, log, log1p, rsqrt, sin, sqrt, tanh } from "./exponential.ts";
export { type AlongOptions, argmax, argmin, type MaxOptions, max, min, ValuesIndices } from "./extreme.ts";
export { type Index, index, maskedSelect, type Range, slice } from "./indexing.ts";
export { cat, chunk, type DimOption, split, stack } from "./join.ts";
export {
  type BCEWithLogitsOptions,
  binaryCrossEntropyWithLogits,
  type CrossEntropyOptions,
  crossEntropy,
  type MSELossOptions,
  mseLoss,
  type NLLLossOptions,
  nllLoss,
  type Reduction,
} from "./loss.ts";
export { lstmLayer } from "./lstm.ts";
export { type LinearOptions, linear, matmul } from "./matmul.ts";
export type { TensorMethods } from "./methods.ts";
export { nll } from "./nll.ts";
export { type BatchNormOptions, batchNorm, layerNorm, type NormOptions, rmsNorm } from "./norm.ts";
export { type GatherOptions, gather, type IndexAddOptions, indexAdd, indexSelect, scatterAdd } from "./pick.ts";
export {
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  type MaxPool,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from "./pool.ts";
export { lstmGates } from "./recurrent.ts";
export { mean, type SumOptions, std, sum, type VarOptions, variance } from "./reduce.ts";
export type { ReduceOptions } from "./reduction.ts";
export { ceil, floor, round, trunc } from "./rounding.ts";
export {
  contiguous,
  expand,
  type FlattenOptions,
  flatten,
  permute,
  reshape,
  type SqueezeOptions,
  squeeze,
  t,
  transpose,
  unsqueeze,
  view,
} from "./shape.ts";
export type { PerDim } from "./sliding.ts";
export { type LogsumexpOptions, logSoftmax, logsumexp, type SoftmaxOptions, softmax } from "./softmax.ts";
export { type AsStridedOptions, asStrided, asStridedScatter } from "./strided.ts";
export { narrow, select } from "./window.ts";
