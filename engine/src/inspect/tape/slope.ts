/** Local derivatives: the factors by which a gradient rule multiplies the upstream gradient. */

import { registered } from "../../dispatch/registry.ts";
import { withWalkMode } from "../../tape/graph/mode.ts";
import type { Node } from "../../tape/graph/node.ts";
import { inputName, outputName } from "../../tape/graph/saved.ts";
import { unsaved } from "../../tape/graph/unsaved.ts";
import { keepsTensors } from "../../tape/graph/watched.ts";
import { ones } from "../../tensor/create.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** A saved tensor with its name in formulas. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

function isElementwise({ op }: Node): boolean {
  const spec = registered.get(op.name)?.spec;
  return spec !== null && spec !== undefined && spec.batch === "elementwise" && !("view" in spec);
}

/** Whether upstream gradient times a tensor is the contribution, up to sums over broadcast dimensions: for elementwise ops, and for an output of one element. */
function hasLocalFactor(node: Node): boolean {
  const { op, metas, outputMetas } = node;
  if (op.vjp === "none" || op.custom === true || !registered.get(op.name)?.spec) return false;
  if (outputMetas.length !== 1 || [...metas, ...outputMetas].some((m) => isComplex(m.dtype))) return false;
  return isElementwise(node) || sizeOf(outputMetas[0].shape) === 1;
}

/**
 * Returns the derivative of a node's output by each input, of the output's shape or, for an output of one element, of the input's: its gradient rule with a cotangent
 * of ones. `null` for inputs that need no gradient, and for ops that multiply the upstream gradient by no such factor. `saved` are the tensors that the node saved.
 */
export function localDerivatives(node: Node, saved: readonly NamedTensor[]): readonly (Tensor | null)[] {
  const { op, params, metas, outputMetas, needs } = node;
  if (op.vjp === "none" || !hasLocalFactor(node)) return metas.map(() => null);
  const rule = op.vjp;
  const named = new Map(saved.map(({ name, tensor }) => [name, tensor]));
  const inputs = metas.map((_, i) => named.get(inputName(i, metas.length)) ?? unsaved(op.name, i));
  const output = named.get(outputName(0)) ?? unsaved(op.name, metas.length);
  const g = ones(outputMetas[0].shape, { dtype: outputMetas[0].dtype });
  const context = { params, inputs, output, outputs: [output], metas, outputMetas, needs, cotangents: [g] };
  // as in a walk: these ops are the engine's own
  const factors = withWalkMode(false, () => rule(g, context));
  // a rule that sums over broadcast dimensions by itself, as a product of matrices does, has no factor for each element
  const { shape } = outputMetas[0];
  const isFactor = (f: Tensor): boolean => sizeOf(shape) === 1 || sameShape(f.shape, shape);
  return metas.map((_, i) => {
    const factor = needs[i] ? (factors[i] ?? null) : null;
    return factor !== null && isFactor(factor) ? factor : null;
  });
}

/** Returns dy/dx of an elementwise op with one input. `null` for other ops, and for nodes that are not watched. */
export function localSlope(node: Node): Tensor | null {
  const { watched, metas, outputMetas } = node;
  if (!keepsTensors(watched) || metas.length !== 1 || !isElementwise(node)) return null;
  return sameShape(metas[0].shape, outputMetas[0].shape) ? localDerivatives(node, watched.saved)[0] : null;
}
