/** `needle`: the framework of CMU's course 10-714, as a layer over the engine, for setting and solving its exercises. */
export { computeGradientOfVariables, findTopoSort, sumNodeList, topoSortDfs } from "./autodiff.ts";
export { isLazyMode, setLazyMode } from "./lazy-mode.ts";
export * as ops from "./ops/index.ts";
export { Tensor, TensorOp, type TensorOptions, TensorTuple, TensorTupleOp } from "./tensor.ts";
export { type Computed, type NDArray, Op, Value } from "./value.ts";
