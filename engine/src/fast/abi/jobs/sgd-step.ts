/** Constants of a step of SGD, in the order in which the table of steps stores them. */

export const rate = 0;
export const momentum = 1;
export const oneMinusDampening = 2;
/** λ of an L2 penalty. */
export const penalty = 3;
