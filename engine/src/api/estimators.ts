/** The exports of `estimators`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../estimators/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../estimators/index.ts";

export const entmax: typeof from.entmax = guard("entmax", "x: Tensor, options?: { alpha?: number; dim?: number }", from.entmax);
export const fenchelYoungLoss: typeof from.fenchelYoungLoss = guard("fenchelYoungLoss", "solver: function, options?: { sigma?: number; samples?: number; noise?: \"normal\" | \"gumbel\"; seed?: number; generator?: Generator }", from.fenchelYoungLoss);
export const fista: typeof from.fista = guard("fista", "f: function, prox: function, start: Tensor, options: { step: number; iterations?: number; tolerance?: number }", from.fista);
export const fixedPoint: typeof from.fixedPoint = guard("fixedPoint", "step: function, start: function, options?: { tolerance?: number; maxIterations?: number }", from.fixedPoint);
export const gumbelSoftmax: typeof from.gumbelSoftmax = guard("gumbelSoftmax", "logits: Tensor, options?: { tau?: number; hard?: boolean; generator?: Generator; dim?: number }", from.gumbelSoftmax);
export const implicitRoot: typeof from.implicitRoot = guard("implicitRoot", "f: function, solve: function, options?: { tolerance?: number; maxIterations?: number }", from.implicitRoot);
export const magicBox: typeof from.magicBox = guard("magicBox", "...logProbs: Tensor[]", from.magicBox);
export const perturbed: typeof from.perturbed = guard("perturbed", "solver: function, options?: { sigma?: number; samples?: number; noise?: \"normal\" | \"gumbel\"; seed?: number; generator?: Generator }", from.perturbed);
export const projectBox: typeof from.projectBox = guard("projectBox", "x: Tensor, low: number, high: number", from.projectBox);
export const projectHalfspace: typeof from.projectHalfspace = guard("projectHalfspace", "x: Tensor, a: Tensor, b: number", from.projectHalfspace);
export const projectL1Ball: typeof from.projectL1Ball = guard("projectL1Ball", "x: Tensor, radius?: number", from.projectL1Ball);
export const projectL2Ball: typeof from.projectL2Ball = guard("projectL2Ball", "x: Tensor, radius?: number", from.projectL2Ball);
export const projectNonNegative: typeof from.projectNonNegative = guard("projectNonNegative", "x: Tensor", from.projectNonNegative);
export const projectSimplex: typeof from.projectSimplex = guard("projectSimplex", "x: Tensor, total?: number", from.projectSimplex);
export const proxElasticNet: typeof from.proxElasticNet = guard("proxElasticNet", "l1: number, l2: number", from.proxElasticNet);
export const proxGroupLasso: typeof from.proxGroupLasso = guard("proxGroupLasso", "lambda: number", from.proxGroupLasso);
export const proxL1: typeof from.proxL1 = guard("proxL1", "lambda: number", from.proxL1);
export const proxOf: typeof from.proxOf = guard("proxOf", "project: function", from.proxOf);
export const proxSquaredL2: typeof from.proxSquaredL2 = guard("proxSquaredL2", "lambda: number", from.proxSquaredL2);
export const proximalGradient: typeof from.proximalGradient = guard("proximalGradient", "f: function, prox: function, start: Tensor, options: { step: number; iterations?: number; tolerance?: number }", from.proximalGradient);
export const randomizedSmoothing: typeof from.randomizedSmoothing = guard("randomizedSmoothing", "f: function, options?: { sigma?: number; samples?: number; antithetic?: boolean; seed?: number; generator?: Generator }", from.randomizedSmoothing);
export const relaxedBernoulli: typeof from.relaxedBernoulli = guard("relaxedBernoulli", "logits: Tensor, options?: { tau?: number; hard?: boolean; generator?: Generator }", from.relaxedBernoulli);
export const scoreFunction: typeof from.scoreFunction = guard("scoreFunction", "logProb: Tensor, cost: Tensor, options?: { baseline?: number | Tensor | \"none\" | \"leave-one-out\" }", from.scoreFunction);
export const sinkhorn: typeof from.sinkhorn = guard("sinkhorn", "scores: Tensor, options?: { tau?: number; iterations?: number }", from.sinkhorn);
export const softRank: typeof from.softRank = guard("softRank", "x: Tensor, options?: { strength?: number }", from.softRank);
export const softSort: typeof from.softSort = guard("softSort", "x: Tensor, options?: { strength?: number }", from.softSort);
export const softTopK: typeof from.softTopK = guard("softTopK", "x: Tensor, k: number, options?: { strength?: number }", from.softTopK);
export const sparsemax: typeof from.sparsemax = guard("sparsemax", "x: Tensor, options?: { dim?: number }", from.sparsemax);
export const spsa: typeof from.spsa = guard("spsa", "f: function, options?: { c?: number; samples?: number; seed?: number; generator?: Generator }", from.spsa);
export const straightThrough: typeof from.straightThrough = guard("straightThrough", "f: function, surrogate?: function", from.straightThrough);
export const subgradient: typeof from.subgradient = guard("subgradient", "f: function, start: Tensor, options: { step: number; iterations?: number; tolerance?: number; project?: function }", from.subgradient);
