/** The exports of `nn.utils`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../nn/utils/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../nn/utils/index.ts";

export const clipGradNorm_: typeof from.clipGradNorm_ = guard("clipGradNorm_", "parameters: Tensor | iterable<Tensor>, maxNorm: number, options?: { normType?: number; errorIfNonfinite?: boolean }", from.clipGradNorm_);
export const clipGradValue_: typeof from.clipGradValue_ = guard("clipGradValue_", "parameters: Tensor | iterable<Tensor>, clipValue: number", from.clipGradValue_);
export const clipGradsWithNorm_: typeof from.clipGradsWithNorm_ = guard("clipGradsWithNorm_", "parameters: Tensor | iterable<Tensor>, maxNorm: number, totalNorm: Tensor", from.clipGradsWithNorm_);
export const getTotalNorm: typeof from.getTotalNorm = guard("getTotalNorm", "tensors: iterable<Tensor>, options?: { normType?: number; errorIfNonfinite?: boolean }", from.getTotalNorm);
