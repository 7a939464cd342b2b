/** Codes of the arithmetic of two tensors. A code's name is the op's name. */

export const add = 0;
export const sub = 1;
export const mul = 2;
export const div = 3;
export const maximum = 4;
export const minimum = 5;
