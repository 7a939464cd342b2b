/** Words of an elementwise job in float32. Operands and result are contiguous; the address of a missing operand is 0. */

export const elementsPerChunk = 1;
export const elements = 2;
/** A code of `elementwise-form`, and a code of `unary`, `slope` or `binary`. */
export const form = 3;
export const code = 4;
export const first = 5;
export const second = 6;
export const result = 7;
/** The numbers of a formula, each a float64 in two words. */
export const pLow = 8;
export const pHigh = 9;
export const qLow = 10;
export const qHigh = 11;
export const rLow = 12;
export const rHigh = 13;
