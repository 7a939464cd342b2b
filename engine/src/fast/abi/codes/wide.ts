/** Codes of the elementwise functions of one tensor that are computed in float64 for either dtype, with a number. A code's name is the op's name. */

export const sinc = 0;
export const roundDecimals = 1;
