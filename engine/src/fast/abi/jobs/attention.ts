/** Words of a pass of attention over heads: q [queries, width], k [keys, width], v [keys, valueWidth]. Strides count elements. */

export const headsPerChunk = 1;
export const heads = 2;
export const queries = 3;
export const keys = 4;
export const width = 5;
export const valueWidth = 6;
export const isCausal = 7;
/** Whether gradients are computed. */
export const isBackward = 8;
/** Address of the buffers for scores, and the bytes of one: each thread has its own. */
export const scores = 9;
export const scoreBytes = 10;
/** Address of a table with a row for each head: addresses of q, k, v and y; backward of q, k, v, ȳ, q̄, k̄ and v̄. */
export const headTable = 11;
/** Distances of neighbouring rows and columns of q, k, v and ȳ. */
export const qRow = 12;
export const qColumn = 13;
export const kRow = 14;
export const kColumn = 15;
export const vRow = 16;
export const vColumn = 17;
export const gRow = 18;
export const gColumn = 19;
/** The halves of a float64. */
export const scaleLow = 20;
export const scaleHigh = 21;
/** Whether all is float64. */
export const isFloat64 = 22;
