/** Codes of the logical functions of bools. A code's name is the op's name. */

export const logicalAnd = 0;
export const logicalOr = 1;
export const logicalNot = 2;
export const logicalXor = 3;
