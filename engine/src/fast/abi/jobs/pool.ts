/** Sizes of a window that slides over planes [depth, height, width], in the order in which pooling kernels read them from memory. */

export const depth = 0;
export const height = 1;
export const width = 2;
export const kernelDepth = 3;
export const kernelHeight = 4;
export const kernelWidth = 5;
export const strideDepth = 6;
export const strideHeight = 7;
export const strideWidth = 8;
export const paddingDepth = 9;
export const paddingHeight = 10;
export const paddingWidth = 11;
export const dilationDepth = 12;
export const dilationHeight = 13;
export const dilationWidth = 14;
export const outputDepth = 15;
export const outputHeight = 16;
export const outputWidth = 17;
