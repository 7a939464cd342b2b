/** The exports of `optim`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../optim/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../optim/index.ts";
export * as lrScheduler from "./optim-lr-scheduler.ts";
export * as swaUtils from "./optim-swa-utils.ts";

export const registerOptimizerStepPostHook: typeof from.registerOptimizerStepPostHook = guard("registerOptimizerStepPostHook", "hook: function", from.registerOptimizerStepPostHook);
export const registerOptimizerStepPreHook: typeof from.registerOptimizerStepPreHook = guard("registerOptimizerStepPreHook", "hook: function", from.registerOptimizerStepPreHook);
