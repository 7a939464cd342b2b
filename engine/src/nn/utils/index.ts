/** `nn.utils`: utilities for parameters. */
export { clipGradNorm_, clipGradsWithNorm_, clipGradValue_, getTotalNorm, type TotalNormOptions } from "./clip.ts";
