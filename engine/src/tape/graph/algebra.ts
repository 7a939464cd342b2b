/** The ops that the tape itself uses. The ops folder sets them, since it imports this one. */
import type { DType } from "../../tensor/dtype.ts";
import type { Meta } from "../../tensor/meta.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Ops that accumulate, reshape and copy cotangents. */
export interface Algebra {
  add(a: Tensor, b: Tensor): Tensor;
  /** Computes a ← a + b by the fast kernel, without counting a change of `a`. Returns false if the kernel does not support the operands. */
  tryAddInPlace(a: Tensor, b: Tensor): boolean;
  /** Computes a ← a + b for any strides. @throws GradError if `a` cannot be changed in place. */
  addInPlace(a: Tensor, b: Tensor): void;
  /** Undoes broadcasting: sums over the dimensions along which a tensor of `shape` was repeated. */
  sumTo(x: Tensor, shape: Shape): Tensor;
  to(x: Tensor, dtype: DType): Tensor;
  clone(x: Tensor): Tensor;
  /** Returns the complex conjugate; a real tensor itself. */
  conj(x: Tensor): Tensor;
  /** Returns a tensor of one value. */
  constant(meta: Meta, value: number): Tensor;
  reshape(x: Tensor, shape: Shape): Tensor;
  /** Returns slice `i` along the first dimension. */
  select(x: Tensor, i: number): Tensor;
  /** Stacks tensors along a new first dimension. */
  stack(xs: readonly Tensor[]): Tensor;
}

let algebra: Algebra | null = null;

/** Sets the ops. */
export function setAlgebra(a: Algebra): void {
  algebra = a;
}

/** Returns the ops. @throws Error if the package was not loaded by its entry point. */
export function useAlgebra(): Algebra {
  if (algebra === null) throw new Error('the ops are not loaded; import from "tapelab"');
  return algebra;
}
