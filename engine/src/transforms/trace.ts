/** Tracing: a function run once so that its operations are on the tape, with its inputs as separate nodes. */
import { openLevels } from "../dispatch/batched.ts";
import { ambient } from "../platform/ambient.ts";
import { enableGrad, isGradEnabled } from "../tape/graph/mode.ts";
import { AccumulateGrad, edgeOf } from "../tape/graph/node.ts";
import { reachable } from "../tape/graph/reachable.ts";
import { takesGradients } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError, GradError } from "../tensor/errors.ts";
import type { Edge } from "../tensor/graph.ts";
import { physicalOf } from "../tensor/physical.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { aliasOf, batchLevelsOf, expandToLevels, mutableAliasOf, wrapPhysical } from "./batch-levels.ts";
import { fillTree, leavesOf } from "./pytree.ts";

/** Number of nested derivative transforms that are running. */
const running = ambient(() => ({ depth: 0 }));

/**
 * Runs `body` as part of a derivative transform, with recording enabled.
 * @throws ArgumentError when it returns a promise.
 */
export function insideTransform<T>(body: () => T): T {
  running.depth++;
  try {
    const result = enableGrad(body);
    if (result instanceof Promise) throw new ArgumentError("func", "an async function cannot be differentiated");
    return result;
  } finally {
    running.depth--;
  }
}

/** A function that was run on the tape. */
export interface Traced<Y> {
  /** The inputs, aliased, as the function received them. */
  readonly inputs: readonly Tensor[];
  /** Edges of the physical inputs before the function ran, which may change them in place; `null` for an input that is off the tape. */
  readonly inputEdges: readonly (Edge | null)[];
  readonly output: Y;
  /** The tensors of the output. */
  readonly outputs: readonly Tensor[];
  /** Whether results stay on the tape: inside another transform, or where the outputs depend on leaves other than the inputs. */
  readonly nested: boolean;
}

/**
 * Runs `f` on the tape with aliases of the tensors of `x`. With `mutable`, which forward mode allows, the aliases are no leaves, so that the function may
 * change them in place.
 * @throws DTypeError for an input that is not floating point; GradError for a function that returns no tensor.
 */
export function traceCall<X, Y>(op: string, f: (x: X) => Y, x: X, mutable = false): Traced<Y> {
  const recordsOuter = isGradEnabled();
  const levels = openLevels();
  const inputs = leavesOf(x).map((t) => {
    if (!takesGradients(t.dtype))
      throw new DTypeError(
        op,
        "only float tensors can be differentiated; take integers out of the arguments, or name the others in argnums",
        [t.dtype],
      );
    const expanded = expandToLevels(t, levels);
    const physical = physicalOf(expanded);
    const source = recordsOuter || physical.requiresGrad ? physical : physical.detach();
    return wrapPhysical(mutable ? mutableAliasOf(source) : aliasOf(source), batchLevelsOf(expanded));
  });
  const inputEdges = inputs.map((t) => edgeOf(physicalOf(t)));
  const output = f(fillTree(x, inputs));
  const outputs = leavesOf(output);
  if (outputs.length === 0)
    throw new GradError(op, "the function must return a tensor, or tensors in lists and records");
  const nested = running.depth > 1 || (recordsOuter && reachesOtherLeaves(outputs, inputEdges));
  return { inputs, inputEdges, output, outputs, nested };
}

/** Returns whether the outputs depend on leaves other than the inputs. */
function reachesOtherLeaves(outputs: readonly Tensor[], inputEdges: readonly (Edge | null)[]): boolean {
  const inputNodes = new Set(inputEdges.map((edge) => edge?.node));
  if (inputEdges.some((edge) => edge !== null && !(edge.node instanceof AccumulateGrad))) return true;
  const from = outputs.flatMap((y) => edgeOf(physicalOf(y))?.node ?? []);
  for (const node of reachable(from, (n) => !inputNodes.has(n))) if (node instanceof AccumulateGrad) return true;
  return false;
}

/** Returns results of a transform: on the tape if the trace is nested, else detached. */
export const detachUnlessNested = ({ nested }: Traced<unknown>, results: readonly Tensor[]): Tensor[] =>
  results.map((t) => (nested ? t : t.detach()));
