/** Codes of the elementwise functions of two tensors of float32 that are computed in float64. A code's name is the op's name. */

export const pow = 0;
export const fmod = 1;
export const remainder = 2;
export const floorDivide = 3;
