/** Addresses of the forward pass of an LSTM job. Matrices are packed, unless a native BLAS makes the products. */

/** The matrix by which hidden states are multiplied. */
export const hiddenWeight = 0;
/** h and c before the first step. */
export const firstHidden = 1;
export const firstCell = 2;
/** h and c after each step. */
export const hidden = 3;
export const cells = 4;
/** Pre-activations; the gates replace them. */
export const gates = 5;
/** The inputs, the matrix by which they are multiplied, and the bias or 0; all 0 where the pre-activations include the inputs' part already. */
export const inputs = 6;
export const inputWeight = 7;
export const bias = 8;
