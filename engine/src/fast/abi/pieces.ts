/**
 * Tables of piecewise polynomials. A piece is a part of an octave of |x|, which the upper bits of a number have: the exponent, and the first bits of the fraction. Its row
 * has the centre of the piece, the inverse of half its width, and the coefficients, the highest order first.
 */

/** Bits of the fraction, for results in float32 and in float64. A row in float32 fills a cache line. */
export const partBits32 = 6;
export const partBits64 = 4;
/** The orders of the polynomials, for results in float32 and in float64. */
export const degree32 = 5;
export const degree64 = 13;
/** Numbers of a row before its coefficients. */
export const rowHeader = 2;
