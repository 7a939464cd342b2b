/** Codes of the kinds of jobs that threads share: the first word of a job. */

export const product = 0;
export const elementwise = 1;
export const conv = 2;
export const attention = 3;
export const rows = 4;
export const sum = 5;
export const optimizer = 6;
export const lstm = 7;
