/**
 * Codes of the elementwise functions of two tensors that are computed in float64 for either dtype; the last ones are for float32 alone. A code's name is the op's name.
 */

export const copysign = 0;
export const fmax = 1;
export const fmin = 2;
export const hypot = 3;
export const atan2 = 4;
export const logaddexp = 5;
export const logaddexp2 = 6;
export const xlogy = 7;
export const pow = 8;
export const fmod = 9;
export const remainder = 10;
