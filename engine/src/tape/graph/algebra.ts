/** The few operations that the backward walk itself needs. The ops hand them in, as they lie above the tape. */
import type { DType } from "../../tensor/dtype.ts";
import type { Meta } from "../../tensor/meta.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

export interface Algebra {
  add(a: Tensor, b: Tensor): Tensor;
  /** a ← a + b, by elements that lie alike; `false` where that is no faster. */
  addTo(a: Tensor, b: Tensor): boolean;
  /** a ← a + b, however they lie. @throws GradError where `a` cannot be changed in place. */
  addInPlace(a: Tensor, b: Tensor): void;
  /** Undoes broadcasting: sums over the dimensions along which `shape` was repeated. */
  sumTo(x: Tensor, shape: Shape): Tensor;
  to(x: Tensor, dtype: DType): Tensor;
  clone(x: Tensor): Tensor;
  constant(meta: Meta, value: number): Tensor;
  reshape(x: Tensor, shape: Shape): Tensor;
  /** One slice along the first dimension. */
  select(x: Tensor, i: number): Tensor;
  /** Slices along a new first dimension. */
  stack(xs: readonly Tensor[]): Tensor;
}

let algebra: Algebra | null = null;

/** Hands the operations in. */
export function setAlgebra(a: Algebra): void {
  algebra = a;
}

/** The operations; an error where the ops were not loaded. */
export function useAlgebra(): Algebra {
  if (algebra === null) throw new Error('the ops are not loaded; import from "tapelab"');
  return algebra;
}
