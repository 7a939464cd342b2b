/** Words of a pass of a convolution over images: x [images, groups inputs, size], w [groups outputs, depth], y [images, groups outputs, places]. */

export const imagesPerChunk = 1;
export const images = 2;
export const groups = 3;
/** Channels of a group, in and out. */
export const inputs = 4;
export const outputs = 5;
/** Elements of a window, over all channels of a group. */
export const depth = 6;
/** Elements of a plane of x, and of a plane of y. */
export const size = 7;
export const places = 8;
/** Whether the image is itself the matrix of its windows. */
export const direct = 9;
/** A code of `conv-pass`. */
export const pass = 10;
/** Address of the buffers for matrices of windows, and the bytes of one: each thread has its own. */
export const columns = 11;
export const columnBytes = 12;
export const x = 13;
export const w = 14;
export const y = 15;
/** Address of the bias, or 0. */
export const bias = 16;
/** Address of the sums of the weight's gradient, one after the other for each chunk. */
export const partialSums = 17;
/** The twelve sizes of `window` from here on. */
export const window = 18;
/** Whether all is float64. */
export const isFloat64 = 30;
