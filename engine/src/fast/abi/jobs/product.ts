/** Words of a product C [m, n] = α A [m, k] B [k, n] + bias or C += α A B in float32. Strides count elements. */

/** Rows of C in a chunk, or columns where `byRows` is 0. */
export const linesPerChunk = 1;
export const byRows = 2;
export const m = 3;
export const n = 4;
export const k = 5;
/** The bits of a float32. */
export const alpha = 6;
export const a = 7;
export const aRow = 8;
export const aColumn = 9;
export const b = 10;
export const bRow = 11;
export const bColumn = 12;
export const c = 13;
export const cRow = 14;
export const accumulate = 15;
/** Address of a row of n elements, or 0. */
export const bias = 16;
