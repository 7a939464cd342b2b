/** The exports of `nn.utils.parametrizations`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../nn/utils/parametrizations.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../nn/utils/parametrizations.ts";

export const orthogonal: typeof from.orthogonal = guard("orthogonal", "module: nn.Module, name?: string, options?: { orthogonalMap?: \"matrixExp\" | \"cayley\" | \"householder\" | undefined | null; useTrivialization?: boolean }", from.orthogonal);
export const spectralNorm: typeof from.spectralNorm = guard("spectralNorm", "module: nn.Module, name?: string, options?: { nPowerIterations?: number; eps?: number; dim?: number | undefined | null }", from.spectralNorm);
export const weightNorm: typeof from.weightNorm = guard("weightNorm", "module: nn.Module, name?: string, dim?: number | null", from.weightNorm);
