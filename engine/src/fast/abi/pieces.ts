/**
 * Tables of piecewise polynomials. A piece is a part of an octave of |x|, which the upper bits of a float64 number: `partBits` bits of the fraction, and the exponent. Its row
 * has the centre of the piece, the inverse of half its width, and the coefficients, the highest order first.
 */

export const partBits = 4;
/** The orders of the polynomials, for results in float32 and in float64. */
export const degree32 = 8;
export const degree64 = 13;
/** Numbers of a row before its coefficients. */
export const rowHeader = 2;
