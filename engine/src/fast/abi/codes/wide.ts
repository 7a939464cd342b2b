/**
 * Codes of the elementwise functions of one tensor that are computed in float64 for either dtype, with a number; the last ones are for float32 alone. A code's name is the
 * op's name; the WebAssembly kernels are `exp232`, `exp264` and so on.
 */

export const exp2 = 0;
export const tan = 1;
export const asin = 2;
export const acos = 3;
export const atan = 4;
export const asinh = 5;
export const acosh = 6;
export const atanh = 7;
export const erfc = 8;
export const ndtr = 9;
export const erfinv = 10;
export const ndtri = 11;
export const lgamma = 12;
export const digamma = 13;
export const sinc = 14;
export const log2 = 15;
export const log10 = 16;
export const roundDecimals = 17;
