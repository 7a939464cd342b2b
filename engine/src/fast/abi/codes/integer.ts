/** Codes of the arithmetic of two tensors of integers. A code's name is the op's name. */

export const add = 0;
export const sub = 1;
export const mul = 2;
export const maximum = 3;
export const minimum = 4;
export const bitwiseAnd = 5;
export const bitwiseOr = 6;
export const bitwiseXor = 7;
export const heaviside = 8;
export const bitwiseLeftShift = 9;
export const bitwiseRightShift = 10;
