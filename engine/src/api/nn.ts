/** The exports of `nn`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../nn/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../nn/index.ts";
export * as functional from "./nn-functional.ts";
export * as init from "./nn-init.ts";
export * as utils from "./nn-utils.ts";

export const registerModuleForwardHook: typeof from.registerModuleForwardHook = guard("registerModuleForwardHook", "hook: function, options?: { alwaysCall?: boolean }", from.registerModuleForwardHook);
export const registerModuleForwardPreHook: typeof from.registerModuleForwardPreHook = guard("registerModuleForwardPreHook", "hook: function", from.registerModuleForwardPreHook);
export const registerModuleFullBackwardHook: typeof from.registerModuleFullBackwardHook = guard("registerModuleFullBackwardHook", "hook: function", from.registerModuleFullBackwardHook);
export const registerModuleFullBackwardPreHook: typeof from.registerModuleFullBackwardPreHook = guard("registerModuleFullBackwardPreHook", "hook: function", from.registerModuleFullBackwardPreHook);
