/** The exports of `nn.utils.parametrize`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../nn/utils/parametrize/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../nn/utils/parametrize/index.ts";

export const cached: typeof from.cached = guard("cached", "body: function", from.cached);
export const isParametrized: typeof from.isParametrized = guard("isParametrized", "module: nn.Module, tensorName?: string | null", from.isParametrized);
export const registerParametrization: typeof from.registerParametrization = guard("registerParametrization", "module: nn.Module, tensorName: string, parametrization: nn.Module, options?: { unsafe?: boolean }", from.registerParametrization);
export const removeParametrizations: typeof from.removeParametrizations = guard("removeParametrizations", "module: nn.Module, tensorName: string, options?: { leaveParametrized?: boolean }", from.removeParametrizations);
