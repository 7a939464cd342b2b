/** The exports of `nn.utils`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../nn/utils/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../nn/utils/index.ts";
export * as parametrizations from "./nn-utils-parametrizations.ts";
export * as parametrize from "./nn-utils-parametrize.ts";
export * as prune from "./nn-utils-prune.ts";
export * as rnn from "./nn-utils-rnn.ts";

export const clipGradNorm_: typeof from.clipGradNorm_ = guard("clipGradNorm_", "parameters: Tensor | iterable<Tensor>, maxNorm: number, options?: { normType?: number; errorIfNonfinite?: boolean }", from.clipGradNorm_);
export const clipGradValue_: typeof from.clipGradValue_ = guard("clipGradValue_", "parameters: Tensor | iterable<Tensor>, clipValue: number", from.clipGradValue_);
export const clipGradsWithNorm_: typeof from.clipGradsWithNorm_ = guard("clipGradsWithNorm_", "parameters: Tensor | iterable<Tensor>, maxNorm: number, totalNorm: Tensor", from.clipGradsWithNorm_);
export const fuseConvBnEval: typeof from.fuseConvBnEval = guard("fuseConvBnEval", "conv: nn.Conv1d | nn.Conv2d | nn.Conv3d | nn.ConvTranspose1d | nn.ConvTranspose2d | nn.ConvTranspose3d, bn: nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d", from.fuseConvBnEval);
export const fuseLinearBnEval: typeof from.fuseLinearBnEval = guard("fuseLinearBnEval", "linear: nn.Linear, bn: nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d", from.fuseLinearBnEval);
export const getTotalNorm: typeof from.getTotalNorm = guard("getTotalNorm", "tensors: iterable<Tensor>, options?: { normType?: number; errorIfNonfinite?: boolean }", from.getTotalNorm);
export const parametersToVector: typeof from.parametersToVector = guard("parametersToVector", "parameters: iterable<Tensor>", from.parametersToVector);
export const removeSpectralNorm: typeof from.removeSpectralNorm = guard("removeSpectralNorm", "module: nn.Module, name?: string", from.removeSpectralNorm);
export const removeWeightNorm: typeof from.removeWeightNorm = guard("removeWeightNorm", "module: nn.Module, name?: string", from.removeWeightNorm);
export const skipInit: typeof from.skipInit = guard("skipInit", "Class: any, ...args: any[]", from.skipInit);
export const spectralNorm: typeof from.spectralNorm = guard("spectralNorm", "module: nn.Module, name?: string, options?: { nPowerIterations?: number; eps?: number; dim?: number | undefined | null }", from.spectralNorm);
export const toPytorchNames: typeof from.toPytorchNames = guard("toPytorchNames", "state: record<Tensor>", from.toPytorchNames);
export const vectorToParameters: typeof from.vectorToParameters = guard("vectorToParameters", "vector: Tensor, parameters: iterable<Tensor>", from.vectorToParameters);
export const weightNorm: typeof from.weightNorm = guard("weightNorm", "module: nn.Module, name?: string, dim?: number | null", from.weightNorm);
