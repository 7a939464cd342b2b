/** Matrices for the samples of factorizations. */
import type { SampleSource } from "../../dispatch/spec.ts";
import { eye } from "../../tensor/create.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { triu } from "../shape/triangle.ts";
import { matmul } from "./matmul.ts";
import { mT } from "./operands.ts";

/** Returns square matrices whose inverses are of moderate size. */
export const invertible = (r: SampleSource, shape: Shape): Tensor => {
  const n = shape[shape.length - 1];
  return add(r.normal(shape), mul(eye(n, { dtype: "float64" }), n + 1));
};

/** Returns symmetric positive definite matrices whose inverses are of moderate size. */
export const positiveDefinite = (r: SampleSource, shape: Shape): Tensor => {
  const x = r.normal(shape);
  return add(matmul(x, mT(x)), eye(shape[shape.length - 1], { dtype: "float64" }));
};

/** Returns upper triangular matrices whose inverses are of moderate size. */
export const upperTriangular = (r: SampleSource, shape: Shape): Tensor => triu(invertible(r, shape));
