/** Codes of the elements outside of an image that is sampled. */

export const zeros = 0;
export const border = 1;
export const reflection = 2;
