/** Codes of the forms of elementwise jobs: which of `unary`, `slope`, `binary`, `formula` and `slope-formula` the code of its function belongs to. */

export const unary = 0;
export const slope = 1;
export const binary = 2;
export const formula = 3;
export const slopeFormula = 4;
