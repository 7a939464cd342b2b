/** Codes of the elementwise functions of two tensors of float32 that are computed in float64. A code's name is the op's name. */

export const fmod = 0;
export const remainder = 1;
export const floorDivide = 2;
