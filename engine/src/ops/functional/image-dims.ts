/** Names of the dimensions of signals, images and volumes, for explanations of errors. */

/** Returns the names of the spatial dimensions, with a prefix. */
const spatialNames = (rank: number, prefix: string): string =>
  ["depth", "height", "width"]
    .slice(-rank)
    .map((name) => `${prefix}${name}`)
    .join(" ");

/** Returns the forms of an input [N, C, …] or [C, …] with one, two or three spatial dimensions. */
export const imageDims = (rank: number): string => {
  const x = spatialNames(rank, "");
  return `input: batch channels=c ${x} | channels=c ${x}`;
};

/** Returns the forms of the operands of a convolution, whose weight begins with the dimensions `first`. */
export const convDims = (rank: number, first: string): string =>
  `${imageDims(rank)}; weight: ${first} ${spatialNames(rank, "kernel_")}; bias: outputs=o`;
