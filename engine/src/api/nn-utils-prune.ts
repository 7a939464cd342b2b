/** The exports of `nn.utils.prune`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../nn/utils/prune/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../nn/utils/prune/index.ts";

export const applyTo: typeof from.applyTo = guard("applyTo", "module: nn.Module, name: string, method: nn.utils.prune.BasePruningMethod, options?: { importanceScores?: Tensor | undefined | null }", from.applyTo);
export const customFromMask: typeof from.customFromMask = guard("customFromMask", "module: nn.Module, name: string, mask: Tensor", from.customFromMask);
export const globalUnstructured: typeof from.globalUnstructured = guard("globalUnstructured", "parameters: (nn.Module | string)[][], method: nn.utils.prune.BasePruningMethod", from.globalUnstructured);
export const identity: typeof from.identity = guard("identity", "module: nn.Module, name: string", from.identity);
export const isPruned: typeof from.isPruned = guard("isPruned", "module: nn.Module", from.isPruned);
export const l1Unstructured: typeof from.l1Unstructured = guard("l1Unstructured", "module: nn.Module, name: string, amount: number, options?: { importanceScores?: Tensor | undefined | null }", from.l1Unstructured);
export const lnStructured: typeof from.lnStructured = guard("lnStructured", "module: nn.Module, name: string, amount: number, n: number, dim: number, options?: { importanceScores?: Tensor | undefined | null }", from.lnStructured);
export const randomStructured: typeof from.randomStructured = guard("randomStructured", "module: nn.Module, name: string, amount: number, dim: number, generator?: Generator", from.randomStructured);
export const randomUnstructured: typeof from.randomUnstructured = guard("randomUnstructured", "module: nn.Module, name: string, amount: number, generator?: Generator", from.randomUnstructured);
export const remove: typeof from.remove = guard("remove", "module: nn.Module, name: string", from.remove);
