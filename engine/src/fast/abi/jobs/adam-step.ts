/** Constants of a step of Adam, in the order in which the table of steps stores them. */

export const oneMinusBeta1 = 0;
export const beta2 = 1;
export const oneMinusBeta2 = 2;
/** Learning rate, with the correction of the first moment. */
export const rate = 3;
/** Factor of √v: the correction of the second moment. */
export const correction = 4;
export const eps = 5;
/** λ of an L2 penalty. */
export const penalty = 6;
/** Factor of the parameter: 1 less the decoupled weight decay. */
export const keep = 7;
