/** Short-time Fourier transforms and windows. */
export * from "./stft.ts";
export * from "./windows.ts";
