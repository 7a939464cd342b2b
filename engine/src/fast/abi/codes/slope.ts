/** Codes of the gradients of activations: a cotangent times the activation's derivative. The WebAssembly kernels are `reluSlope32` and so on. */

export const relu = 0;
export const tanh = 1;
export const sigmoid = 2;
export const gelu = 3;
export const geluTanh = 4;
