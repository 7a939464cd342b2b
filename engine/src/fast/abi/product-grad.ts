/** The gradient of products along a dimension. */

/** Columns whose products are formed at once, an even number: a row of them is a page of memory in float32. */
export const blockColumns = 1024;
