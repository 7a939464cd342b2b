/** Running an op on examples: its batching rule, on all of them at once. */

import { useAlgebra } from "../tape/graph/algebra.ts";
import { withScope } from "../tape/graph/scope.ts";
import { resultType } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { batchedTensor, batchOf, innermost, type Level } from "./batched.ts";
import type { AnyOp } from "./spec.ts";

type Run = (inputs: readonly Tensor[]) => readonly Tensor[];

/** The results as examples; `null` where no input is one. */
export function applyBatched(
  op: AnyOp,
  inputs: readonly Tensor[],
  params: unknown,
  run: Run,
): readonly Tensor[] | null {
  const level = innermost(inputs);
  if (level === null) return null;
  const batched = inputs.map((x) => batchOf(x)?.level === level);
  const values = inputs.map((x, i) => (batched[i] ? (batchOf(x)?.value as Tensor) : x));
  return allExamples(op, inputs, values, batched, params, level, run).map((y) => batchedTensor(y, level));
}

/**
 * Casts 0-d operands to the dtype that an example has: behind the batch dimension, a scalar of an example would count as a tensor with dimensions.
 * Bools stay, as they promote nothing; one may be a condition.
 */
function promotedExamples(
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

function allExamples(
  op: AnyOp,
  inputs: readonly Tensor[],
  values: readonly Tensor[],
  batched: readonly boolean[],
  params: unknown,
  level: Level,
  run: Run,
): readonly Tensor[] {
  if (op.batch === "elementwise") {
    // ones behind the batch dimension, so that operands of different rank meet at their last dimensions
    const rank = inputs.reduce((most, x) => Math.max(most, x.ndim), 0);
    const { reshape } = useAlgebra();
    return run(
      promotedExamples(inputs, values, batched).map((v, i) =>
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
    const each = Array.from({ length: level.size }, (_, k) =>
      run(values.map((v, i) => (batched[i] ? select(v, k) : v))),
    );
    return each[0].map((_, o) => stack(each.map((ys) => ys[o])));
  });
}
