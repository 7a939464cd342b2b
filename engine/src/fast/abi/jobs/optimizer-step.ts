/** Words of a row in the table of optimizer steps. Addresses that a step does not use are 0. */

/** A code of `codes/optimizer-step`. */
export const code = 0;
export const elements = 1;
export const parameter = 2;
export const gradient = 3;
/** Adam's first moment, or the velocity of SGD or 0. */
export const firstState = 4;
/** Adam's second moment. */
export const secondState = 5;
/** Eight float32 from here on: those of `adam-step` or `sgd-step`. */
export const constants = 6;
/** Flags of SGD: Nesterov momentum, and whether the velocity starts with this step. */
export const isNesterov = 14;
export const isFirst = 15;
/** Number of words of a row. */
export const length = 16;
