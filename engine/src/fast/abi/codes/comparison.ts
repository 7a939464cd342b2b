/** Codes of the comparisons of two tensors. A code's name is the op's name. */

export const eq = 0;
export const ne = 1;
export const lt = 2;
export const le = 3;
export const gt = 4;
export const ge = 5;
