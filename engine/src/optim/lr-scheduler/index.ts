/** `optim.lrScheduler`: schedulers of learning rates. */
export { ChainedScheduler, SequentialLR } from "./composed.ts";
export {
  CosineAnnealingLR,
  type CosineAnnealingLROptions,
  CosineAnnealingWarmRestarts,
  type WarmRestartsOptions,
} from "./cosine.ts";
export {
  type CycleMomentumOptions,
  CyclicLR,
  type CyclicLROptions,
  type CyclicMode,
  OneCycleLR,
  type OneCycleLROptions,
} from "./cyclic.ts";
export {
  ConstantLR,
  type ConstantLROptions,
  ExponentialLR,
  type GammaOptions,
  LambdaLR,
  LinearLR,
  type LinearLROptions,
  type LrLambda,
  MultiplicativeLR,
  MultiStepLR,
  PolynomialLR,
  type PolynomialLROptions,
  StepLR,
} from "./factors.ts";
export { type PlateauOptions, ReduceLROnPlateau } from "./plateau.ts";
export { LRScheduler, type SchedulerOptions, type SchedulerState } from "./scheduler.ts";
