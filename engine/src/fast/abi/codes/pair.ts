/** Codes of the elementwise functions of two tensors that are computed in their dtype. A code's name is the op's name; the WebAssembly kernels are `hypotPair32` and so on. */

export const copysign = 0;
export const fmax = 1;
export const fmin = 2;
export const hypot = 3;
export const atan2 = 4;
export const logaddexp = 5;
export const logaddexp2 = 6;
export const xlogy = 7;
export const xlog1py = 8;
export const heaviside = 9;
export const nextafter = 10;
export const preluKernel = 11;
