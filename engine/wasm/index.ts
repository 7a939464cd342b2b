/** The fast kernels: one module, compiled with and without relaxed SIMD. */
export { exp64, log64, sigmoid64, tanh64 } from "./doubles";
export { cos64, sin64 } from "./doubles-angle";
export { erf64, gelu64, geluSlope64, geluTanh64, geluTanhSlope64 } from "./doubles-normal";
export { channelNorm32, channelNorm64, channelNormGrad32, channelNormGrad64 } from "./channels";
export { clear, copy, copyRows, gather32, gather64 } from "./copies";
export { binary32, binary64, compare32, compare64, flat32, where32, where64 } from "./elementwise";
export {
  floor32,
  floor64,
  ceil32,
  ceil64,
  trunc32,
  trunc64,
  round32,
  round64,
  sign32,
  sign64,
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
  reluSlope64,
  tanhSlope64,
  sigmoidSlope64,
  geluSlope32,
  geluTanhSlope32,
} from "./functions";
export { gemm32, gemm64, ownBytes, packWhole32, packWhole64, prepare, useNative } from "./gemm";
export { norm32, norm64, normGrad32, normGrad64 } from "./norm";
export { steps32 } from "./shares";
export { avgPool32, avgPool64, avgPoolBack32, avgPoolBack64, maxPool32, maxPool64, maxPoolGrad32, maxPoolGrad64 } from "./pool";
export { lstm32, lstm64, lstmGrad32, lstmGrad64 } from "./recurrent";
export { normal32, normal64, uniform32, uniform64 } from "./random";
export { dot32, dot64, extreme32, extreme64, finite32, sum32, sum64 } from "./reduce";
export { spread32, spread64 } from "./spread";
export {
  addRows32, addRows64, gatherLast32, gatherLast64, nll32, nll64, nllGrad32, nllGrad64, outside, scatterLast32, scatterLast64, takeRows,
} from "./rows";
export { isFinished, offer, rest, runAlone, runFirst, serve } from "./threads";
export {
  logSoftmax32, logSoftmax64, logSoftmaxGrad32, logSoftmaxGrad64, softmax32, softmax64, softmaxGrad32, softmaxGrad64,
} from "./softmax";
