/** `nn.utils`: utilities for parameters. */

export { toPytorchNames } from "../base/state-dict.ts";
export { clipGradNorm_, clipGradsWithNorm_, clipGradValue_, getTotalNorm, type TotalNormOptions } from "./clip.ts";
export { fuseConvBnEval, fuseLinearBnEval } from "./fuse.ts";
export * as parametrizations from "./parametrizations.ts";
export * as parametrize from "./parametrize/index.ts";
export type { SpectralNormOptions } from "./power-iteration.ts";
export * as prune from "./prune/index.ts";
export * as rnn from "./rnn.ts";
export { skipInit } from "./skip-init.ts";
export { removeSpectralNorm, spectralNorm } from "./spectral-norm.ts";
export { parametersToVector, vectorToParameters } from "./vector.ts";
export { removeWeightNorm, weightNorm } from "./weight-norm.ts";
