/** Describes the tensors that the operations read and that none of them computed. */
import type { LeafKind } from "../../protocol/index.ts";
import { AccumulateGrad, type Node } from "../../tape/graph/node.ts";
import { type ComplexNumber, scalarText } from "../../tensor/complex.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { Meta } from "../../tensor/meta.ts";
import { isParameter } from "../../tensor/parameter.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { nameOf } from "../shared/naming.ts";

/** A leaf of the tape. */
export interface Leaf {
  readonly name: string;
  readonly kind: LeafKind;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** The tensor, where it is still known. */
  readonly tensor: Tensor | null;
}

/** Returns the tensor behind an input that no row computed, where it is still known. */
export const leafTensor = (node: Node, edge: Edge | null, i: number): Tensor | null =>
  edge !== null && edge.node instanceof AccumulateGrad ? edge.node.variable : (node.watched?.inputs[i] ?? null);

/** Describes a leaf; without a name it is called by its value if it is a constant scalar, else by its shape. */
export function describeLeaf(t: Tensor | null, meta: Meta, requiresGrad: boolean): Leaf {
  const name = t === null ? null : nameOf(t);
  const scalar = t !== null && t.numel() === 1 && !requiresGrad ? scalarText(t.item<number | ComplexNumber>()) : null;
  return {
    name: name ?? scalar ?? `[${meta.shape.join(", ")}]`,
    kind: !requiresGrad ? "constant" : t !== null && isParameter(t) ? "parameter" : "variable",
    shape: meta.shape,
    dtype: meta.dtype,
    tensor: t,
  };
}
