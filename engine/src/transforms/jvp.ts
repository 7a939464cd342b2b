/** `jvp` and `linearize`: Jacobian-vector products of a function by forward mode. */
import { ArgumentError } from "../tensor/errors.ts";
import { physicalOf } from "../tensor/physical.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { fillTree, leavesOf } from "./pytree.ts";
import { pushForward, type Tangents } from "./tangents.ts";
import { detachUnlessNested, insideTransform, type Traced, traceCall } from "./trace.ts";

/** Returns the tensors of the tangents. @throws ArgumentError unless there is one for each primal. */
function matchingTangents(op: string, primals: unknown, tangents: unknown): Tangents {
  const [xs, ts] = [leavesOf(primals), leavesOf(tangents)];
  if (xs.length !== ts.length)
    throw new ArgumentError(op, `as many tangents as primals are needed, but got ${ts.length} for ${xs.length}`);
  return ts;
}

/** Returns output tangents: on the tape if the given tangents or the trace want them there, else detached. */
const finishTangents = (traced: Traced<unknown>, given: Tangents, results: readonly Tensor[]): Tensor[] =>
  given.some((t) => t !== null && physicalOf(t).requiresGrad) ? [...results] : detachUnlessNested(traced, results);

/**
 * Returns the value of `f` at the primals and Jv, the derivative along the tangents, in the form of the output. Primals, tangents and output may be tensors, or
 * tensors in lists and records. Costs about two runs of `f`. An output that does not depend on the primals gets zeros.
 * @throws ArgumentError and ShapeError for tangents of another number or shape; DTypeError for integer primals; GradError where an operation has no tangent rule.
 * @example
 * const [y, dy] = func.jvp((x: Tensor) => x.mul(x), [tensor([1, 2])], [tensor([1, 10])]);
 * y.toArray(); // [1, 4]
 * dy.toArray(); // [2, 40]
 */
export function jvp<const A extends readonly unknown[], Y>(
  f: (...primals: A) => Y,
  primals: A,
  tangents: A,
): [output: Y, tangent: Y] {
  return insideTransform(() => {
    const ts = matchingTangents("jvp", primals, tangents);
    const traced = traceCall("jvp", (x: A) => f(...x), primals, true);
    const pushed = pushForward("jvp", traced, ts);
    const results = detachUnlessNested(traced, traced.outputs);
    return [fillTree(traced.output, results), fillTree(traced.output, finishTangents(traced, ts, pushed))];
  });
}

/**
 * Returns the value of `f` at the primals and the linear function v ↦ Jv there, which takes a tangent for each primal and does not run `f` again.
 * @throws DTypeError for integer primals; GradError for a function that returns no tensor. The linear function throws as `jvp` does.
 * @example
 * const [y, push] = func.linearize((x: Tensor) => x.exp(), tensor([0]));
 * y.toArray(); // [1]
 * push(tensor([3])).toArray(); // [3]
 */
export function linearize<A extends readonly unknown[], Y>(
  f: (...primals: A) => Y,
  ...primals: A
): [output: Y, push: (...tangents: A) => Y] {
  return insideTransform(() => {
    const traced = traceCall("linearize", (x: A) => f(...x), primals, true);
    const push = (...tangents: A): Y =>
      insideTransform(() => {
        const ts = matchingTangents("linearize", primals, tangents);
        return fillTree(traced.output, finishTangents(traced, ts, pushForward("linearize", traced, ts)));
      });
    return [fillTree(traced.output, detachUnlessNested(traced, traced.outputs)), push];
  });
}
