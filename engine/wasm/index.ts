/** The fast kernels: one module, compiled with and without relaxed SIMD. */
export { columns32, fillRows32, image32 } from "./conv";
export { binary32, binary64, compare32, copy, gather32, slope32, unary32, unary64, where32 } from "./elementwise";
export { gemm32, gemm64, workspaceBytes } from "./gemm";
export { norm32, normGrad32 } from "./norm";
export { adam32, sgd32 } from "./optim";
export { maxPool32, maxPoolGrad32 } from "./pool";
export { lstm32, lstmGrad32 } from "./recurrent";
export { extreme32, sum32, sum64 } from "./reduce";
export { addRows32, outside, takeRows } from "./rows";
export { logSoftmax32, logSoftmaxGrad32, softmax32, softmaxGrad32 } from "./softmax";
