/** `estimators`: gradients where there are none: steps, choices, sorts, solvers; and optimization of what has kinks. */
export { fixedPoint, type ImplicitOptions, implicitRoot } from "./implicit-differentiation.ts";
export { fenchelYoungLoss, type PerturbedOptions, perturbed } from "./perturbed.ts";
export {
  type Descent,
  type DescentOptions,
  fista,
  type Prox,
  projectBox,
  projectHalfspace,
  projectL1Ball,
  projectL2Ball,
  projectNonNegative,
  projectSimplex,
  proxElasticNet,
  proxGroupLasso,
  proximalGradient,
  proxL1,
  proxOf,
  proxSquaredL2,
  subgradient,
} from "./proximal-gradient.ts";
export { randomizedSmoothing, type SmoothingOptions, type SpsaOptions, spsa } from "./randomized-smoothing.ts";
export { gumbelSoftmax, type RelaxedOptions, relaxedBernoulli } from "./relaxed-distributions.ts";
export { type Baseline, magicBox, scoreFunction } from "./score-function.ts";
export { type SoftSortOptions, softRank, softSort, softTopK } from "./soft-sort.ts";
export { entmax, type SinkhornOptions, sinkhorn, sparsemax } from "./sparsemax.ts";
export { straightThrough } from "./straight-through.ts";
