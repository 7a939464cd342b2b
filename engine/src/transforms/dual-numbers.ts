/** `forwardAd`: forward mode by dual tensors, in the form of PyTorch's `torch.autograd.forward_ad`. */

import { ambient } from "../platform/ambient.ts";
import { edgeOf } from "../tape/graph/node.ts";
import { takesGradients } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../tensor/errors.ts";
import type { Edge } from "../tensor/graph.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { mutableAliasOf } from "./batch-levels.ts";
import { propagateTangents } from "./tangents.ts";

/** A primal and its tangent, `null` where it has none. */
export interface Dual {
  readonly primal: Tensor;
  readonly tangent: Tensor | null;
}

/** The dual tensors made at one level. */
interface DualLevel {
  readonly inputs: Tensor[];
  readonly tangents: Tensor[];
  /** Edges of the inputs when they were made, before in-place changes. */
  readonly inputEdges: (Edge | null)[];
  /** Whether a primal or tangent requires a gradient, so that tangents are recorded. */
  createGraph: boolean;
}

/** The open levels, outermost first. */
const open = ambient(() => ({ levels: [] as DualLevel[] }));

/**
 * Opens a level of forward mode, until `exitDualLevel()`. `dualLevel(body)` closes it also after an error.
 * @example
 * autograd.forwardAd.enterDualLevel();
 * const x = autograd.forwardAd.makeDual(tensor(3), tensor(1));
 * const { tangent } = autograd.forwardAd.unpackDual(x.mul(x));
 * autograd.forwardAd.exitDualLevel();
 * tangent!.item(); // 6
 */
export function enterDualLevel(): void {
  open.levels.push({ inputs: [], tangents: [], inputEdges: [], createGraph: false });
}

/**
 * Closes the innermost level of forward mode and discards its tangents.
 * @throws ArgumentError when no level is open.
 * @example
 * autograd.forwardAd.enterDualLevel();
 * autograd.forwardAd.exitDualLevel();
 */
export function exitDualLevel(): void {
  if (open.levels.pop() === undefined) throw new ArgumentError("exitDualLevel", "no level is open");
}

/**
 * Runs `body` inside a level of forward mode, and returns its result.
 * @example
 * const { forwardAd } = autograd;
 * const slope = forwardAd.dualLevel(() => {
 *   const x = forwardAd.makeDual(tensor(3), tensor(1));
 *   return forwardAd.unpackDual(x.mul(x)).tangent!.item();
 * });
 * slope; // 6
 */
export function dualLevel<T>(body: () => T): T {
  enterDualLevel();
  try {
    return body();
  } finally {
    exitDualLevel();
  }
}

const currentLevel = (op: string): DualLevel => {
  const level = open.levels.at(-1);
  if (level === undefined) throw new ArgumentError(op, "open a level first: forwardAd.dualLevel(() => …)");
  return level;
};

/**
 * Returns a dual tensor of the innermost level: an alias of the primal whose tangent is carried along by the operations on it.
 * @throws ArgumentError outside a level; ShapeError when the shapes differ; DTypeError for a primal that is not floating point.
 * @example
 * const { dualLevel, makeDual, unpackDual } = autograd.forwardAd;
 * dualLevel(() => unpackDual(makeDual(tensor([2]), tensor([5]))).tangent!.toArray()); // [5]
 */
export function makeDual(primal: Tensor, tangent: Tensor): Tensor {
  const level = currentLevel("makeDual");
  if (!sameShape(primal.shape, tangent.shape))
    throw new ShapeError("makeDual", "a tangent must have the shape of its primal", [primal.shape, tangent.shape]);
  if (!takesGradients(primal.dtype))
    throw new DTypeError("makeDual", "only float tensors can be differentiated", [primal.dtype]);
  const dual = mutableAliasOf(primal);
  level.inputs.push(dual);
  level.inputEdges.push(edgeOf(dual));
  level.tangents.push(tangent);
  level.createGraph ||= primal.requiresGrad || tangent.requiresGrad;
  return dual;
}

/**
 * Returns the primal of a tensor and its tangent at the innermost level, `null` for a tensor that depends on no dual tensor of it.
 * @throws ArgumentError outside a level; GradError where an operation has no tangent rule.
 * @example
 * const { dualLevel, makeDual, unpackDual } = autograd.forwardAd;
 * dualLevel(() => unpackDual(makeDual(tensor(1), tensor(1)).mul(4)).tangent!.item()); // 4
 */
export function unpackDual(t: Tensor): Dual {
  const { inputs, tangents, inputEdges, createGraph } = currentLevel("unpackDual");
  const i = inputs.indexOf(t);
  const isUnchanged = i >= 0 && edgeOf(t) === inputEdges[i];
  const tangent = isUnchanged ? tangents[i] : propagateTangents(inputs, tangents, [t], createGraph, inputEdges)[0];
  return { primal: createGraph ? t : t.detach(), tangent };
}
