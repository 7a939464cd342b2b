/** Codes of the kernels that a rows job can run on its rows. */

export const softmax = 0;
export const softmaxGrad = 1;
export const logSoftmax = 2;
export const logSoftmaxGrad = 3;
export const norm = 4;
export const lstmGates = 5;
export const lstmGatesGrad = 6;
export const sum = 7;
export const maxPool = 8;
export const maxPoolGrad = 9;
