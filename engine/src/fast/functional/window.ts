/** The sliding windows of convolutions and pooling. */
import * as WindowSizes from "../abi/jobs/window.ts";

/** The parameters of an op that slides a window, by dimension. */
export interface Window {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

/** Twelve sizes, in the order of `abi/jobs/window`. */
type Sizes = readonly [
  height: number,
  width: number,
  kernelHeight: number,
  kernelWidth: number,
  strideHeight: number,
  strideWidth: number,
  paddingHeight: number,
  paddingWidth: number,
  dilationHeight: number,
  dilationWidth: number,
  outputHeight: number,
  outputWidth: number,
];

/** Returns the sizes of a window, its strides and so on, as the kernels take them. One dimension is taken as the second of two, the first of size 1. */
export function windowOf(input: readonly number[], output: readonly number[], p: Window): Sizes {
  const sizes = new Array<number>(WindowSizes.outputWidth + 1);
  const set = (list: readonly number[], missing: number, height: number, width: number): void => {
    sizes[height] = list.length === 1 ? missing : list[0];
    sizes[width] = list[list.length - 1];
  };
  set(input.slice(2), 1, WindowSizes.height, WindowSizes.width);
  set(p.kernel, 1, WindowSizes.kernelHeight, WindowSizes.kernelWidth);
  set(p.stride, 1, WindowSizes.strideHeight, WindowSizes.strideWidth);
  set(p.padding, 0, WindowSizes.paddingHeight, WindowSizes.paddingWidth);
  set(p.dilation, 1, WindowSizes.dilationHeight, WindowSizes.dilationWidth);
  set(output.slice(2), 1, WindowSizes.outputHeight, WindowSizes.outputWidth);
  return sizes as unknown as Sizes;
}
