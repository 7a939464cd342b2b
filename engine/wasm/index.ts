/** The fast kernels: one module, compiled with and without relaxed SIMD. */
export { binary32, binary64, compare32, gather32, slope32, unary32, unary64, where32 } from "./elementwise";
export { gemm32, gemm64, workspaceBytes } from "./gemm";
export { norm32, normGrad32 } from "./norm";
export { adam32, sgd32 } from "./optim";
export { extreme32, sum32, sum64 } from "./reduce";
export { logSoftmax32, logSoftmaxGrad32, softmax32, softmaxGrad32 } from "./softmax";
