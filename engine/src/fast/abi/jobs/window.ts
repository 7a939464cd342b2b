/** Sizes of a sliding window over planes [height, width], in the order in which pooling kernels take them and jobs store them. */

export const height = 0;
export const width = 1;
export const kernelHeight = 2;
export const kernelWidth = 3;
export const strideHeight = 4;
export const strideWidth = 5;
export const paddingHeight = 6;
export const paddingWidth = 7;
export const dilationHeight = 8;
export const dilationWidth = 9;
export const outputHeight = 10;
export const outputWidth = 11;
