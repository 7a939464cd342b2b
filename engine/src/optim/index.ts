/** `optim`: optimizers. */
export { Adam, type AdamOptions, AdamW } from "./adam.ts";
export {
  Optimizer,
  registerOptimizerStepPostHook,
  registerOptimizerStepPreHook,
  type StepHook,
} from "./optimizer.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
export { SparseAdam } from "./sparse-adam.ts";
