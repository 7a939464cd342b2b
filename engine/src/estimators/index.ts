/** `estimators`: gradients of steps, choices, sorting and solvers, and optimization of functions with kinks. */
export { fixedPoint, type ImplicitOptions, implicitRoot } from "./implicit-differentiation.ts";
export { fenchelYoungLoss, type PerturbedOptions, perturbed } from "./perturbed.ts";
export * from "./projections.ts";
export { type Descent, type DescentOptions, fista, proximalGradient, subgradient } from "./proximal-gradient.ts";
export * from "./proximal-operators.ts";
export { randomizedSmoothing, type SmoothingOptions } from "./randomized-smoothing.ts";
export { gumbelSoftmax, type RelaxedOptions, relaxedBernoulli } from "./relaxed-distributions.ts";
export { type Baseline, magicBox, scoreFunction } from "./score-function.ts";
export { type SinkhornOptions, sinkhorn } from "./sinkhorn.ts";
export { type SoftSortOptions, softRank, softSort, softTopK } from "./soft-sort.ts";
export { entmax, sparsemax } from "./sparsemax.ts";
export { type SpsaOptions, spsa } from "./spsa.ts";
export { straightThrough } from "./straight-through.ts";
