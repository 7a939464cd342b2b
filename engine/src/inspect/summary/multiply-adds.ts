/** Numbers of multiplications with an addition that modules compute. */

import type { Module } from "../../nn/base/module.ts";
import { MultiheadAttention } from "../../nn/layers/attention.ts";
import { KernelBase } from "../../nn/layers/kernel-base.ts";
import { Bilinear, Linear } from "../../nn/layers/linear.ts";
import { RecurrentBase } from "../../nn/layers/recurrent/base.ts";
import { CellBase } from "../../nn/layers/recurrent/cells.ts";
import { PackedSequence } from "../../nn/layers/recurrent/packed.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** Number of elements of the matrices of a recurrent module, each of which is multiplied by one vector in each step. */
const matrixElements = (module: Module): number =>
  module.parameters().reduce((sum, p) => sum + (p.ndim === 2 ? p.numel() : 0), 0);

/** Products with the projections of queries, keys, values and outputs, of queries with keys, and of weights with values. */
function ofAttention({ embedDim, kdim, vdim, batchFirst }: MultiheadAttention, query: Tensor, key: Tensor): number {
  const time = query.ndim === 3 && batchFirst ? 1 : 0;
  const [targets, sources] = [query.shape[time], key.shape[time]];
  const batch = query.ndim === 3 ? query.shape[1 - time] : 1;
  const projections = targets * embedDim * 2 + sources * (kdim + vdim);
  return batch * embedDim * (projections + 2 * targets * sources);
}

/** Returns the multiply-adds of one call of a layer, or `null` for a module that computes no products by itself. Elementwise operations are not counted. */
export function multiplyAddsOf(module: Module, inputs: readonly unknown[], output: unknown): number | null {
  const [x, y] = inputs;
  const results = output instanceof Tensor ? output.numel() : 0;
  if (module instanceof Linear) return results * module.inFeatures;
  if (module instanceof Bilinear) return results * module.in1Features * module.in2Features;
  if (module instanceof KernelBase) {
    const { transposed, weight, inChannels, outChannels } = module;
    const [elements, channels] = transposed ? [(x as Tensor).numel(), inChannels] : [results, outChannels];
    return channels === 0 ? 0 : (elements * weight.numel()) / channels;
  }
  if (module instanceof MultiheadAttention) return ofAttention(module, x as Tensor, y as Tensor);
  if (module instanceof RecurrentBase || module instanceof CellBase) {
    const { shape } = x instanceof PackedSequence ? x.data : (x as Tensor);
    return sizeOf(shape.slice(0, -1)) * matrixElements(module);
  }
  return null;
}
