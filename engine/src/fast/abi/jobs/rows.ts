/** Words of a job on rows of a float32 tensor: which kernel runs, and its arguments. */

export const rowsPerChunk = 1;
export const rows = 2;
/** A code of `row-function`. */
export const code = 3;
/** Elements of a row. */
export const elements = 4;
/** Up to eight addresses from here on. */
export const addresses = 5;
/** The halves of a float64. */
export const numberLow = 13;
export const numberHigh = 14;
export const flag = 15;
/** Further sizes from here on: those of `pool`, or a single one. */
export const sizes = 16;
