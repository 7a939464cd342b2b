/** Codes of the optimizers whose steps the kernels take. */

export const adam = 0;
export const sgd = 1;
