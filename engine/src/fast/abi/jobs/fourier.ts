/** Words of a Fourier transform of lines. Steps count bytes. */

/** Elements of the transform of a line, which are half as many as its real elements if those are even; and of the passes: more for a convolution. */
export const length = 0;
export const size = 1;
/** Lines, and how many of them have neighbouring first elements. */
export const lines = 2;
export const inner = 3;
/** Distances of the first elements of neighbouring lines, of groups of `inner` lines, and of neighbouring elements: of the input, then of the result. */
export const fromInner = 4;
export const fromOuter = 5;
export const fromStep = 6;
export const toInner = 7;
export const toOuter = 8;
export const toStep = 9;
/** Addresses of the roots of unity of `size`; and of the chirp and the filter of a convolution, or 0. */
export const roots = 10;
export const chirp = 11;
export const filter = 12;
/** Address of the roots of unity of the length of a real line that is even, or 0. */
export const evenRoots = 13;
/** Address of the buffers. */
export const buffer = 14;
/** Whether the exponents are positive. */
export const isInverse = 15;
/** The number of complex elements that a real line's transform is given by. */
export const count = 16;
/** The halves of the factor of the result, and of a further factor of elements that stand for their conjugates as well. */
export const scaleLow = 17;
export const scaleHigh = 18;
export const middleLow = 19;
export const middleHigh = 20;
/**
 * Addresses of tables of the roots by which results are multiplied, element k of line j by the root j k, or 0; the logarithm of the size of the first table; and j of the first
 * line.
 */
export const lowRoots = 21;
export const highRoots = 22;
export const rootBits = 23;
export const firstLine = 24;
/** The number of passes, and the radix of each from here on. */
export const passes = 25;
export const radices = 26;
