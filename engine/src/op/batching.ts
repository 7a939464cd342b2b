/** Running an op on examples: its batching rule, on all of them at once. */

import { useAlgebra } from "../tape/algebra.ts";
import { withScope } from "../tape/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { batchOf, exampleOf, innermost, type Level } from "./batched.ts";
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
  return allExamples(op, inputs, values, batched, params, level, run).map((y) => exampleOf(y, level));
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
    const rank = Math.max(...inputs.map((x) => x.ndim));
    const { reshape } = useAlgebra();
    return run(
      values.map((v, i) =>
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
