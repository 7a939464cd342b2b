/** Functions that create tensors. */
export { type TensorData, tensor } from "./create/data.ts";
export {
  type AsArrayOptions,
  asarray,
  asTensor,
  empty,
  emptyPermuted,
  emptyStrided,
  scalarTensor,
} from "./create/empty.ts";
export { eye, full, fullLike, ones, onesLike, zeros, zerosLike } from "./create/fill.ts";
export { emptyLike, randintLike, randLike, randnLike } from "./create/like.ts";
export { type CreateOptions, checkSizes, type RandomOptions } from "./create/options.ts";
export { rand, randint, randn, randperm } from "./create/random.ts";
export { arange, type LogspaceOptions, linspace, logspace, range } from "./create/range.ts";
export { type TriangleIndicesOptions, trilIndices, triuIndices } from "./create/triangle.ts";
