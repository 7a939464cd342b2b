/** Addresses of the backward pass of an LSTM job. */

/** The matrix by which cotangents of pre-activations are multiplied. */
export const hiddenWeight = 0;
/** c before the first step, c after each step, and the gates. */
export const firstCell = 1;
export const cells = 2;
export const gates = 3;
/** Cotangents of h and of c after each step, or 0. */
export const hiddenGrad = 4;
export const cellsGrad = 5;
/** Cotangents of h and c before the first step; they carry those of all steps, and start at 0. */
export const firstHiddenGrad = 6;
export const firstCellGrad = 7;
/** Cotangents of the pre-activations. */
export const gatesGrad = 8;
/** Sums of these over the rows of a chunk, for each step and chunk, or 0. */
export const biasSums = 9;
