/** Words of the sum of a long row in float32: each chunk stores its sum as a float64. */

export const elementsPerChunk = 1;
export const elements = 2;
export const row = 3;
export const sums = 4;
