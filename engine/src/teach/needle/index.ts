/** `needle`: the framework of CMU's course 10-714 as a small layer over the engine, for setting and solving its exercises. */
export { computeGradientOfVariables, findTopoSort, sumNodeList, topoSortDfs } from "./autodiff.ts";
export { type Computed, isLazyMode, type NDArray, setLazyMode, type TensorOptions } from "./lazy-mode.ts";
export * as ops from "./ops/index.ts";
export {
  Op,
  Tensor,
  TensorOp,
  TensorTuple,
  TensorTupleOp,
  Value,
} from "./value.ts";
