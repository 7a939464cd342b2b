/** All public ops. */

export { type AlphaOptions, add, maximum, minimum, mul, neg, pow, square, sub } from "./elementwise/arithmetic.ts";
export { type ClampOptions, clamp } from "./elementwise/clamp.ts";
export {
  eq,
  ge,
  gt,
  isfinite,
  isnan,
  le,
  logicalAnd,
  logicalNot,
  logicalOr,
  lt,
  ne,
  where,
} from "./elementwise/compare.ts";
export { clone, to } from "./elementwise/convert.ts";
export { type DivOptions, div, type RoundingMode, reciprocal, remainder } from "./elementwise/division.ts";
export { cos, exp, expm1, log, log1p, rsqrt, sin, sqrt, tanh } from "./elementwise/exponential.ts";
export { ceil, floor, round, trunc } from "./elementwise/rounding.ts";
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
} from "./functional/activation.ts";
export { type AttentionOptions, scaledDotProductAttention } from "./functional/attention.ts";
export { channelNorm } from "./functional/channel-norm.ts";
export {
  type ConvOptions,
  type ConvTransposeOptions,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from "./functional/conv.ts";
export { type DropoutOptions, dropout } from "./functional/dropout.ts";
export { type EmbeddingOptions, embedding } from "./functional/embedding.ts";
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
} from "./functional/loss.ts";
export { lstmLayer } from "./functional/lstm.ts";
export { nll } from "./functional/nll.ts";
export { type BatchNormOptions, batchNorm, layerNorm, type NormOptions, rmsNorm } from "./functional/norm.ts";
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
} from "./functional/pool.ts";
export { lstmGates } from "./functional/recurrent.ts";
export type { PerDim } from "./functional/sliding.ts";
export { type LogsumexpOptions, logSoftmax, logsumexp, type SoftmaxOptions, softmax } from "./functional/softmax.ts";
export {
  type GatherOptions,
  gather,
  type IndexAddOptions,
  indexAdd,
  indexSelect,
  scatterAdd,
} from "./indexing/gather.ts";
export { type Index, index, maskedSelect, type Range, slice } from "./indexing/indexing.ts";
export { type LinearOptions, linear, matmul } from "./linalg/matmul.ts";
export { amax, amin } from "./reduce/amax.ts";
export { type AlongOptions, argmax, argmin, type MaxOptions, max, min, ValuesIndices } from "./reduce/max.ts";
export type { ReduceOptions } from "./reduce/reduction.ts";
export { mean, type SumOptions, std, sum, type VarOptions, variance } from "./reduce/sum.ts";
export { expand, type SqueezeOptions, squeeze, unsqueeze } from "./shape/expand.ts";
export { cat, chunk, type DimOption, split, stack } from "./shape/join.ts";
export { permute, t, transpose } from "./shape/permute.ts";
export { contiguous, type FlattenOptions, flatten, reshape, view } from "./shape/reshape.ts";
export { type AsStridedOptions, asStrided, asStridedScatter } from "./shape/strided.ts";
export { narrow, select } from "./shape/window.ts";
