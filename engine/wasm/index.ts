/** The fast kernels: one module, compiled with and without relaxed SIMD. */
export { exp64, log64, sigmoid64, tanh64 } from "./doubles";
export { channelNorm32, channelNormGrad32 } from "./channels";
export { fillRows32 } from "./conv";
export { clear, copy, copyRows, gather32 } from "./copies";
export { binary32, binary64, compare32, flat32, where32 } from "./elementwise";
export {
  neg32,
  abs32,
  sqrt32,
  relu32,
  square32,
  reciprocal32,
  rsqrt32,
  exp32,
  log32,
  tanh32,
  sigmoid32,
  erf32,
  gelu32,
  geluTanh32,
  sin32,
  cos32,
  neg64,
  abs64,
  sqrt64,
  relu64,
  square64,
  reciprocal64,
  rsqrt64,
  reluSlope32,
  tanhSlope32,
  sigmoidSlope32,
  geluSlope32,
  geluTanhSlope32,
} from "./functions";
export { gemm32, gemm64, ownBytes, prepare, useNative } from "./gemm";
export { norm32, normGrad32 } from "./norm";
export { steps32 } from "./shares";
export { maxPool32, maxPoolGrad32 } from "./pool";
export { lstm32, lstmGrad32 } from "./recurrent";
export { normal32, normal64, uniform32, uniform64 } from "./random";
export { extreme32, finite32, spread32, sum32, sum64 } from "./reduce";
export { addRows32, gatherLast32, nll32, nllGrad32, outside, scatterLast32, takeRows } from "./rows";
export { dispatch, serve } from "./threads";
export { logSoftmax32, logSoftmaxGrad32, softmax32, softmaxGrad32 } from "./softmax";
