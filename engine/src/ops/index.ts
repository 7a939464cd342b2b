/** All public ops. */
export { type GeluApproximate, type GeluOptions, abs, erf, gelu, logSigmoid, relu, sigmoid, sign } from "./activation.ts";
export {
  add,
  type AlphaOptions,
  div,
  type DivOptions,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  reciprocal,
  type RoundingMode,
  square,
  sub,
} from "./arithmetic.ts";
export { clamp, type ClampOptions } from "./clamp.ts";
export { eq, ge, gt, isfinite, isnan, le, logicalAnd, logicalNot, logicalOr, lt, ne, where } from "./compare.ts";
export { clone, to } from "./convert.ts";
export { dropout, type DropoutOptions } from "./dropout.ts";
export { cos, exp, expm1, log, log1p, rsqrt, sin, sqrt, tanh } from "./exponential.ts";
export { type Index, index, maskedSelect, type Range, slice } from "./indexing.ts";
export { cat, chunk, type DimOption, split, stack } from "./join.ts";
export {
  type BCEWithLogitsOptions,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  type CrossEntropyOptions,
  mseLoss,
  type MSELossOptions,
  nllLoss,
  type NLLLossOptions,
  type Reduction,
} from "./loss.ts";
export { linear, type LinearOptions, matmul } from "./matmul.ts";
export { gather, type GatherOptions, indexAdd, type IndexAddOptions, indexSelect, narrow, scatterAdd, select } from "./pick.ts";
export {
  type AlongOptions,
  amax,
  amin,
  argmax,
  argmin,
  max,
  type MaxOptions,
  mean,
  min,
  type ReduceOptions,
  std,
  sum,
  type SumOptions,
  ValuesIndices,
  variance,
  type VarOptions,
} from "./reduce.ts";
export { contiguous, expand, flatten, type FlattenOptions, permute, reshape, squeeze, type SqueezeOptions, t, transpose, unsqueeze, view } from "./shape.ts";
export { logSoftmax, logsumexp, type LogsumexpOptions, softmax, type SoftmaxOptions } from "./softmax.ts";
export type { TensorMethods } from "./methods.ts";
