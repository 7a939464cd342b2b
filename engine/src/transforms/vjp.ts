/** `vjp`: vector-Jacobian products of a function by reverse mode. */
import { walk } from "../tape/backward/walk.ts";
import { isGradEnabled } from "../tape/graph/mode.ts";
import { edgeOf } from "../tape/graph/node.ts";
import { zeros } from "../tensor/create.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { physicalOf } from "../tensor/physical.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { batchLevelsOf, fromRecordLevels, toRecordLevels } from "./batch-levels.ts";
import { fillTree, leavesOf } from "./pytree.ts";
import { detachUnlessNested, insideTransform, type Traced, traceCall } from "./trace.ts";

/** Returns uᵀJ of a traced function: the cotangents of its inputs from those of its outputs, zeros for an input that no output depends on. */
export function pullBack(
  op: string,
  { inputs, inputEdges, outputs, nested }: Traced<unknown>,
  cotangents: readonly (Tensor | null)[],
): Tensor[] {
  const roots = outputs.flatMap((y, i) => {
    const g = cotangents[i];
    const edge = edgeOf(physicalOf(y));
    if (g !== null && !sameShape(g.shape, y.shape))
      throw new ShapeError(op, "a cotangent must have the shape of its output", [y.shape, g.shape]);
    return edge === null || g === null ? [] : [{ edge, gradient: toRecordLevels(g, batchLevelsOf(y).toReversed()) }];
  });
  const targets = inputEdges.filter((e) => e !== null);
  const captured: (Tensor | null)[] = targets.map(() => null);
  const createGraph = nested || cotangents.some((g) => g !== null && isGradEnabled() && physicalOf(g).requiresGrad);
  if (roots.length > 0 && targets.length > 0) walk(roots, { createGraph, retainGraph: true, targets, captured });
  let next = 0;
  return inputs.map((x, i) => {
    const g = inputEdges[i] === null ? null : captured[next++];
    return g === null ? zeros(x.shape, { dtype: x.dtype }) : fromRecordLevels(g, batchLevelsOf(x));
  });
}

/**
 * Returns the value of `f` at the primals, and the function u ↦ uᵀJ, which maps cotangents in the form of the output to cotangents in the form of the list of
 * primals. It can be called repeatedly, without running `f` again. A primal that the output does not depend on gets zeros. Primals and output may be tensors, or
 * tensors in lists and records.
 * @throws DTypeError for integer primals; GradError for a function that returns no tensor; ArgumentError and ShapeError for cotangents of another number or shape.
 * @example
 * const [y, pull] = func.vjp((x: Tensor) => x.mul(x), tensor([1, 2]));
 * y.toArray(); // [1, 4]
 * pull(tensor([1, 10]))[0].toArray(); // [2, 40]
 */
export function vjp<A extends readonly unknown[], Y>(
  f: (...primals: A) => Y,
  ...primals: A
): [output: Y, pull: (cotangents: Y) => A] {
  return insideTransform(() => {
    const traced = traceCall("vjp", (x: A) => f(...x), primals);
    const pull = (cotangents: Y): A =>
      insideTransform(() => {
        const us = leavesOf(cotangents);
        if (us.length !== traced.outputs.length)
          throw new ArgumentError(
            "vjp",
            `as many cotangents as outputs are needed, but got ${us.length} for ${traced.outputs.length}`,
          );
        const pulled = pullBack("vjp", traced, us);
        const isRecorded = us.some((u) => physicalOf(u).requiresGrad);
        return fillTree(primals, isRecorded ? pulled : detachUnlessNested(traced, pulled));
      });
    return [fillTree(traced.output, detachUnlessNested(traced, traced.outputs)), pull];
  });
}
