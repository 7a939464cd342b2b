/** Codes of the three-term recurrences of orthogonal polynomials. */

export const chebyshev = 0;
export const shiftedChebyshev = 1;
export const hermiteH = 2;
export const hermiteHe = 3;
export const laguerre = 4;
export const legendre = 5;
