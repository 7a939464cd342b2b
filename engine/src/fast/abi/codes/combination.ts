/** Codes of the combinations of an element with the one that an index points to. */

export const replace = 0;
export const add = 1;
export const prod = 2;
export const amax = 3;
export const amin = 4;
