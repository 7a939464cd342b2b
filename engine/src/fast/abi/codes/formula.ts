/** Codes of the elementwise functions of one tensor and up to three numbers. The WebAssembly kernels are `silu32`, `silu64` and so on. */

export const silu = 0;
export const mish = 1;
export const softplus = 2;
export const logSigmoid = 3;
export const exponentialLinear = 4;
export const expm1 = 5;
export const log1p = 6;
export const logit = 7;
export const leakyRelu = 8;
export const limit = 9;
export const hardsigmoid = 10;
export const hardswish = 11;
export const softshrink = 12;
export const hardshrink = 13;
export const threshold = 14;
export const frac = 15;
export const scale = 16;
export const nanToNum = 17;
export const angle = 18;
export const entr = 19;
export const sinh = 20;
export const cosh = 21;
export const huber = 22;
