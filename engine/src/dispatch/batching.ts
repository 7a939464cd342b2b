/** Running an op on batched tensors, by its batching rule. */

import { useAlgebra } from "../tape/graph/algebra.ts";
import { withScope } from "../tape/graph/scope.ts";
import { resultType } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { batchedTensor, batchOf, innermostLevel, type Level } from "./batched.ts";
import type { AnyOp } from "./spec.ts";

/** Runs the op on tensors of the next outer level. */
type Run = (inputs: readonly Tensor[]) => readonly Tensor[];

/** Runs an op on inputs of which some are batched. Returns batched outputs; `null` if no input is batched. */
export function applyBatched(
  op: AnyOp,
  inputs: readonly Tensor[],
  params: unknown,
  run: Run,
): readonly Tensor[] | null {
  const level = innermostLevel(inputs);
  if (level === null) return null;
  const batched = inputs.map((x) => batchOf(x)?.level === level);
  const values = inputs.map((x, i) => (batched[i] ? (batchOf(x)?.value as Tensor) : x));
  return runOnBatch(op, inputs, values, batched, params, level, run).map((y) => batchedTensor(y, level));
}

/**
 * Casts batched 0-d operands to the promoted dtype: with the batch dimension they would count as tensors with dimensions in type promotion. Bools stay as they
 * are, since they promote nothing and one may be a condition.
 */
function castScalars(
  inputs: readonly Tensor[],
  values: readonly Tensor[],
  batched: readonly boolean[],
): readonly Tensor[] {
  const first = inputs[0].dtype;
  if (inputs.every((x) => x.dtype === first) || !inputs.some((x, i) => batched[i] && x.ndim === 0)) return values;
  const dtype = resultType(inputs);
  const { to } = useAlgebra();
  return values.map((v, i) =>
    inputs[i].ndim > 0 || v.wrapped !== null || v.dtype === dtype || v.dtype === "bool" ? v : to(v, dtype),
  );
}

/** Runs the op on the tensors with their batch dimensions. Returns the outputs with the batch dimension first. */
function runOnBatch(
  op: AnyOp,
  inputs: readonly Tensor[],
  values: readonly Tensor[],
  batched: readonly boolean[],
  params: unknown,
  level: Level,
  run: Run,
): readonly Tensor[] {
  if (op.batch === "elementwise") {
    // dimensions of size 1 after the batch dimension align operands of different rank at their last dimensions
    const rank = inputs.reduce((most, x) => Math.max(most, x.ndim), 0);
    const { reshape } = useAlgebra();
    return run(
      castScalars(inputs, values, batched).map((v, i) =>
        batched[i] && inputs[i].ndim < rank
          ? reshape(v, [level.size, ...new Array<number>(rank - inputs[i].ndim).fill(1), ...inputs[i].shape])
          : v,
      ),
    );
  }
  if (op.batch !== "loop") {
    const result = op.batch(values, batched, params, level.size);
    if (result !== "loop") return Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor];
  }
  const { select, stack } = useAlgebra();
  return withScope(`vmap: ${op.name} in a loop`, "op", () => {
    const members = Array.from({ length: level.size }, (_, k) =>
      run(values.map((v, i) => (batched[i] ? select(v, k) : v))),
    );
    return members[0].map((_, o) => stack(members.map((ys) => ys[o])));
  });
}
