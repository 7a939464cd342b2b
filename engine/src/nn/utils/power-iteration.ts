/** The largest singular value of a weight by power iteration. */
import { normalize } from "../../ops/functional/distance.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Module } from "../base/module.ts";
import { normal_ } from "../init/index.ts";
import { KernelBase } from "../layers/kernel-base.ts";

/** Options of spectral normalization. */
export interface SpectralNormOptions {
  /** Number of power iterations in each forward pass in training mode; 1 by default. */
  readonly nPowerIterations?: number;
  /** Lower limit of norms that are divided by; 1e-12 by default. */
  readonly eps?: number;
  /** The dimension of the outputs; `null`, the default, stands for 1 in transposed convolutions and 0 elsewhere. */
  readonly dim?: number | null;
}

/** Settings of spectral normalization, checked. */
export interface SpectralSettings {
  readonly iterations: number;
  readonly eps: number;
  readonly dim: number;
}

/** Checks options of spectral normalization, and fills in the defaults for a module. */
export function spectralSettings(
  op: string,
  module: Module,
  weight: Tensor,
  { nPowerIterations: iterations = 1, eps = 1e-12, dim = null }: SpectralNormOptions,
): SpectralSettings {
  if (!Number.isInteger(iterations) || iterations < 1)
    throw new ArgumentError(op, `nPowerIterations must be an integer of at least 1, but got ${iterations}`);
  const outputs = module instanceof KernelBase && module.transposed ? 1 : 0;
  return { iterations, eps, dim: normalizeDim(op, dim ?? outputs, weight.ndim) };
}

/** Returns a weight as a matrix, with the dimension `dim` as its rows. */
export const asMatrix = (weight: Tensor, dim: number): Tensor => weight.movedim(dim, 0).flatten(1);

/** Returns v / max(‖v‖, ε). */
export const unitVector = (v: Tensor, eps: number): Tensor => normalize(v, { dim: 0, eps });

/** Returns a random unit vector. */
export const randomUnitVector = (n: number, dtype: DType, eps: number): Tensor =>
  noGrad(() => unitVector(normal_(zeros([n], { dtype })), eps));

/** Returns uᵀ W v, which approximates the largest singular value. */
export const singularValue = (matrix: Tensor, u: Tensor, v: Tensor): Tensor => u.dot(matrix.mv(v));
