/**
 * The autograd graph as tensors see it. The classes are in `tape/graph/node.ts`, from which this folder imports nothing: the members of `Node` are
 * added there, by declaration merging.
 */
import type { Tensor } from "./tensor.ts";

/** A recorded operation: the `gradFn` of its outputs. */
export interface Node {
  readonly name: string;
}

/** Output `index` of `node`: where the cotangent of a tensor is accumulated during a backward pass. */
export interface Edge {
  readonly node: Node;
  readonly index: number;
}

/** A gradient of which all but some rows are zero: row `index[k]` is `values[k]`; the values of a row that is listed more than once add up. */
export interface RowGradient {
  /** Row numbers, int32, of shape [n]. */
  readonly index: Tensor;
  /** Rows, of shape [n, ...]. */
  readonly values: Tensor;
}

/** The terminal node of a leaf, which accumulates into the leaf's `grad`. */
export interface AccumulateGrad extends Node, Edge {
  /** Row gradients that `grad` does not include yet; `null` for none. */
  rows: RowGradient[] | null;
}
