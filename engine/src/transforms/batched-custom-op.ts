/** Recording of custom ops inside `vmap`: their rules see batched tensors, and the tape holds physical ones. */
import { openLevels, withinLevels } from "../dispatch/batched.ts";
import { type CustomOp, recordCustomOp } from "../tape/graph/custom-op.ts";
import type { RecordedCustom } from "../tape/graph/record.ts";
import { physicalOf } from "../tensor/physical.ts";
import { Tensor } from "../tensor/tensor.ts";
import { batchLevelsOf, expandToLevels, fromRecordLevels, toRecordLevels, wrapPhysical } from "./batch-levels.ts";

type Gradients = readonly (Tensor | null)[];

/** Records `outputs` as results of `inputs`, and returns the outputs on the tape: inside `vmap` they are new tensors, outside the given ones. */
export function recordBatchedCustomOp(
  op: CustomOp,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): RecordedCustom {
  const levels = [...openLevels()];
  if (levels.length === 0) return recordCustomOp(op, inputs, outputs);
  const innermostFirst = levels.toReversed();
  const batched = (all: Gradients): (Tensor | null)[] =>
    all.map((t) => (t === null ? null : fromRecordLevels(t, innermostFirst)));
  const physical = (all: Gradients): (Tensor | null)[] =>
    all.map((t) => (t === null ? null : toRecordLevels(t, levels)));
  const expanded = outputs.map((y) => expandToLevels(y, levels));
  const results = expanded.map((y) => physicalOf(y).detach());
  const { node, outputs: onTape } = recordCustomOp(
    {
      ...op,
      rerun: undefined,
      // the rules may run after vmap has returned, and ops look for batched tensors while levels are open alone
      vjp: (cotangents, n) => withinLevels(levels, () => physical(op.vjp(batched(cotangents), n))),
      push:
        op.push === undefined
          ? undefined
          : (tangents, n) => withinLevels(levels, () => physical(op.push?.(batched(tangents), n) ?? [])),
    },
    inputs.map((x) => physicalOf(expandToLevels(x, levels))),
    results,
  );
  return { node, outputs: onTape.map((y, i) => wrapPhysical(y, batchLevelsOf(expanded[i]))) };
}

/** Returns whether a tensor, or the physical tensor of a batched one, requires a gradient. */
export const requiresGradient = (x: Tensor): boolean => physicalOf(x).requiresGrad;

/** Returns a function that gives the arguments of a call with other tensors in place of its own, which it does not keep alive. */
export function templateOf(args: readonly unknown[]): (tensors: readonly Tensor[]) => unknown[] {
  const others = args.map((x) => (x instanceof Tensor ? null : { value: x }));
  return (tensors) => {
    let next = 0;
    return others.map((other) => (other === null ? tensors[next++] : other.value));
  };
}
