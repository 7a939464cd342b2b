/** `fft`: discrete Fourier transforms. */
export type { FftNorm, FftnOptions, FftOptions } from "./arguments.ts";
export * from "./frequencies.ts";
export * from "./one-dimension.ts";
export * from "./several-dimensions.ts";
