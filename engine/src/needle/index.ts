/** `needle`: the framework of CMU's course 10-714 as a small layer over the engine, for setting and solving its exercises. */
export { computeGradientOfVariables, findTopoSort, sumNodeList, topoSortDfs } from "./autodiff.ts";
export * as ops from "./ops.ts";
export {
  type Computed,
  isLazyMode,
  type NDArray,
  Op,
  setLazyMode,
  Tensor,
  TensorOp,
  type TensorOptions,
  TensorTuple,
  TensorTupleOp,
  Value,
} from "./value.ts";
