/** Codes of the passes of a convolution: its result, the gradient of its input, and the gradient of its weight. */

export const output = 0;
export const inputGrad = 1;
export const weightGrad = 2;
