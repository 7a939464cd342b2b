/** Hooks around the steps of every optimizer. */
import { addHook, type HookHandle } from "../tape/graph/hooks.ts";
import type { Optimizer } from "./optimizer.ts";

/** A hook called before or after a step. */
export type StepHook = (optimizer: Optimizer) => void;

/** Hooks before each step of every optimizer. */
export const globalPreHooks: StepHook[] = [];
/** Hooks after each step of every optimizer. */
export const globalPostHooks: StepHook[] = [];

/**
 * Registers a hook that runs before each step of every optimizer, before the optimizer's own hooks.
 * @example
 * const steps: number[] = [];
 * const handle = optim.registerOptimizerStepPreHook((optimizer) => void steps.push(optimizer.steps));
 * new optim.SGD([tensor([1], { requiresGrad: true })]).step();
 * handle.remove();
 * steps; // [0]
 */
export const registerOptimizerStepPreHook = (hook: StepHook): HookHandle => addHook(globalPreHooks, hook);

/**
 * Registers a hook that runs after each step of every optimizer, after the optimizer's own hooks.
 * @example
 * const steps: number[] = [];
 * const handle = optim.registerOptimizerStepPostHook((optimizer) => void steps.push(optimizer.steps));
 * new optim.SGD([tensor([1], { requiresGrad: true })]).step();
 * handle.remove();
 * steps; // [1]
 */
export const registerOptimizerStepPostHook = (hook: StepHook): HookHandle => addHook(globalPostHooks, hook);
