/** Codes of the elementwise functions of one tensor. A code's name is the op's name; the WebAssembly kernels are `neg32`, `neg64` and so on. */

export const neg = 0;
export const abs = 1;
export const sqrt = 2;
export const relu = 3;
export const square = 4;
export const reciprocal = 5;
export const rsqrt = 6;
export const exp = 7;
export const log = 8;
export const tanh = 9;
export const sigmoid = 10;
export const erf = 11;
export const gelu = 12;
export const geluTanh = 13;
export const sin = 14;
export const cos = 15;
export const floor = 16;
export const ceil = 17;
export const trunc = 18;
export const round = 19;
export const sign = 20;
