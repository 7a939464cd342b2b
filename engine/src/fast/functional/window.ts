/** The sliding windows of convolutions and pooling. */
import * as WindowSizes from "../abi/jobs/window.ts";
import { layoutOf } from "../threads/words.ts";

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

const inOrder = layoutOf(WindowSizes);

/** Returns the sizes of a window, its strides and so on, as the kernels take them. One dimension is taken as the second of two, the first of size 1. */
export function windowOf(input: readonly number[], output: readonly number[], p: Window): Sizes {
  const two = (sizes: readonly number[], missing: number): readonly [number, number] =>
    sizes.length === 1 ? [missing, sizes[0]] : [sizes[0], sizes[1]];
  const [height, width] = two(input.slice(2), 1);
  const [kernelHeight, kernelWidth] = two(p.kernel, 1);
  const [strideHeight, strideWidth] = two(p.stride, 1);
  const [paddingHeight, paddingWidth] = two(p.padding, 0);
  const [dilationHeight, dilationWidth] = two(p.dilation, 1);
  const [outputHeight, outputWidth] = two(output.slice(2), 1);
  return inOrder({
    height,
    width,
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
    paddingHeight,
    paddingWidth,
    dilationHeight,
    dilationWidth,
    outputHeight,
    outputWidth,
  }) as unknown as Sizes;
}
