/** Sizes of the tiles of a matrix product, of the blocks it is cut into, and of blocks of attention. */

/** Rows of a tile in float32: with fused multiply-add 12 accumulators and their operands fit the 16 registers, without it 10 do. */
export const rowsFused = 6;
export const rowsPlain = 5;
/** Columns of a tile in float32, for vectors of 128 bits and for pairs of them. */
export const columns = 8;
export const wideColumns = 16;
/** A tile in float64. */
export const rows64 = 4;
export const columns64 = 4;
/** Rows of a block at least, in any precision and variant: a product with fewer rows packs A once. */
export const minBlockRows = 72;

/** Queries of attention whose scores a thread computes together. */
export const queriesPerBlock = 64;
