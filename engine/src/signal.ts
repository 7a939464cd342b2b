/** `signal`: functions for signals. The package itself has `stft` and the windows of PyTorch's older names. */
export * as windows from "./ops/windows/index.ts";
