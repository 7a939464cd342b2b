/** Codes of what a scan accumulates. A code's name is the op's name. */

export const cumsum = 0;
export const cumprod = 1;
export const linearRecurrence = 2;
