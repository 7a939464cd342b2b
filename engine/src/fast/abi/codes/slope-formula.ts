/**
 * Codes of gradients of elementwise functions that are short formulas: a cotangent times the derivative, from a saved tensor and up to three numbers. The WebAssembly kernels
 * are `siluSlopeFormula32` and so on.
 */

export const silu = 0;
export const mish = 1;
export const softplus = 2;
export const logSigmoid = 3;
export const exponentialLinear = 4;
export const leakyRelu = 5;
export const between = 6;
export const hardsigmoid = 7;
export const hardswish = 8;
export const outside = 9;
export const threshold = 10;
export const abs = 11;
export const huber = 12;
export const quotient = 13;
export const log1p = 14;
export const product = 15;
export const reciprocal = 16;
export const sqrt = 17;
export const rsqrt = 18;
export const gaussian = 19;
export const increment = 20;
export const squareIncrement = 21;
export const arcsine = 22;
export const atan = 23;
export const atanh = 24;
export const asinh = 25;
export const acosh = 26;
export const logit = 27;
export const finite = 28;
