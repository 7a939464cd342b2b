/** Functions that create tensors. */
export { type TensorData, tensor } from "./create/data.ts";
export { eye, full, fullLike, ones, onesLike, zeros, zerosLike } from "./create/fill.ts";
export { type CreateOptions, checkSizes, type RandomOptions } from "./create/options.ts";
export { rand, randint, randn, randperm } from "./create/random.ts";
export { arange, linspace } from "./create/range.ts";
export { type TriangleIndicesOptions, trilIndices, triuIndices } from "./create/triangle.ts";
