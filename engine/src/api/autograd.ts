/** The exports of `autograd`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../autograd.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../autograd.ts";
export * as forwardAd from "./autograd-forward-ad.ts";

export const allowMutationOnSavedTensors: typeof from.allowMutationOnSavedTensors = guard("allowMutationOnSavedTensors", "body: function", from.allowMutationOnSavedTensors);
export const backward: typeof from.backward = guard("backward", "tensors: Tensor | (Tensor | { node: autograd.Node; index: number })[] | { node: autograd.Node; index: number }, gradients?: Tensor | (Tensor | null)[] | null, options?: { retainGraph?: boolean; createGraph?: boolean; inputs?: Tensor | Tensor[] }", from.backward);
export const checkpoint: typeof from.checkpoint = guard("checkpoint", "f: function, args: any[], options?: { preserveRngState?: boolean; determinismCheck?: \"none\" | \"default\" }", from.checkpoint);
export const checkpointSequential: typeof from.checkpointSequential = guard("checkpointSequential", "functions: iterable<function | has<forward>>, segments: number, input: Tensor, options?: { preserveRngState?: boolean; determinismCheck?: \"none\" | \"default\" }", from.checkpointSequential);
export const customGradient: typeof from.customGradient = guard("customGradient", "f: function", from.customGradient);
export const detectAnomaly: typeof from.detectAnomaly = guard("detectAnomaly", "body: function", from.detectAnomaly);
export const disableSavedTensorsHooks: typeof from.disableSavedTensorsHooks = guard("disableSavedTensorsHooks", "message: string, body: function", from.disableSavedTensorsHooks);
export const getGradientEdge: typeof from.getGradientEdge = guard("getGradientEdge", "t: Tensor", from.getGradientEdge);
export const grad: typeof from.grad = guard("grad", "outputs: Tensor | (Tensor | { node: autograd.Node; index: number })[] | { node: autograd.Node; index: number }, inputs: Tensor | (Tensor | { node: autograd.Node; index: number })[] | record<Tensor | { node: autograd.Node; index: number }> | { node: autograd.Node; index: number }, options?: { gradOutputs?: Tensor | (Tensor | null)[]; retainGraph?: boolean; createGraph?: boolean; allowUnused?: boolean; materializeGrads?: boolean; isGradsBatched?: boolean }", from.grad);
export const gradRows: typeof from.gradRows = guard("gradRows", "leaf: Tensor", from.gradRows);
export const gradcheck: typeof from.gradcheck = guard("gradcheck", "f: function, inputs: Tensor | Tensor[], options?: { eps?: number; atol?: number; rtol?: number; fastMode?: boolean; raiseException?: boolean; nondetTol?: number; seed?: number }", from.gradcheck);
export const gradgradcheck: typeof from.gradgradcheck = guard("gradgradcheck", "f: function, inputs: Tensor | Tensor[], options?: { eps?: number; atol?: number; rtol?: number; fastMode?: boolean; raiseException?: boolean; nondetTol?: number; seed?: number; gradOutputs?: Tensor[] }", from.gradgradcheck);
export const incrementVersion: typeof from.incrementVersion = guard("incrementVersion", "t: Tensor", from.incrementVersion);
export const isAnomalyEnabled: typeof from.isAnomalyEnabled = guard("isAnomalyEnabled", "", from.isAnomalyEnabled);
export const onceDifferentiable: typeof from.onceDifferentiable = guard("onceDifferentiable", "backward: function", from.onceDifferentiable);
export const recomputeGrad: typeof from.recomputeGrad = guard("recomputeGrad", "f: function", from.recomputeGrad);
export const registerMultiGradHook: typeof from.registerMultiGradHook = guard("registerMultiGradHook", ["tensors: Tensor[], hook: function, options?: { mode?: \"all\" }","tensors: Tensor[], hook: function, options: { mode: \"any\" }"], from.registerMultiGradHook);
export const savedTensorsHooks: typeof from.savedTensorsHooks = guard("savedTensorsHooks", "options: has<pack, unpack>, body: function", from.savedTensorsHooks);
export const setDetectAnomaly: typeof from.setDetectAnomaly = guard("setDetectAnomaly", "enabled: boolean", from.setDetectAnomaly);
export const setSubgradients: typeof from.setSubgradients = guard("setSubgradients", ["choices: { relu?: number; abs?: number; clamp?: number; maximum?: number; minimum?: number; max?: \"share\" | \"first\" | \"last\"; min?: \"share\" | \"first\" | \"last\" }","choices: { relu?: number; abs?: number; clamp?: number; maximum?: number; minimum?: number; max?: \"share\" | \"first\" | \"last\"; min?: \"share\" | \"first\" | \"last\" }, body: function"], from.setSubgradients);
export const stopGradient: typeof from.stopGradient = guard("stopGradient", "x: any", from.stopGradient);
