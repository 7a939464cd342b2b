/** Runs an op: result by kernel or view, then a node on the tape where a gradient may be wanted. */

import { isGradEnabled } from "../tape/mode.ts";
import { edgeOf, Node } from "../tape/node.ts";
import { isFloating } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import { allocate } from "../tensor/storage.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { Tensor } from "../tensor/tensor.ts";
import { fastKernelOf } from "./fast.ts";
import type { AnyOp, KernelContext, Meta, OpSpec, View } from "./spec.ts";

const list = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T]);

/** Called for each op that ran. */
export type Observer = (op: AnyOp, inputs: readonly Tensor[], params: unknown, outputs: readonly Tensor[]) => void;

let observer: Observer | null = null;

/** Runs `body`, telling `observe` of each op in it. */
export function observing<T>(observe: Observer, body: () => T): T {
  const before = observer;
  observer = observe;
  try {
    return body();
  } finally {
    observer = before;
  }
}

/** Runs the op on the inputs and records it. */
export function apply<P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
  const op = spec as unknown as AnyOp;
  const outputs = compute(spec, inputs, params);
  observer?.(op, inputs, params, outputs);
  if (spec.vjp !== "none" && isGradEnabled() && inputs.some((x) => x.requiresGrad)) record(op, inputs, params, outputs);
  return outputs;
}

/** The result alone, off the tape. */
export function compute<P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
  if ("view" in spec)
    return list<View>(spec.view(inputs[0], params)).map(
      (v) => new Tensor(inputs[0].storage, v.shape, v.strides, v.offset),
    );
  const metas = list<Meta>(spec.outputs(inputs, params));
  const storages = metas.map((m) => allocate(m.dtype, sizeOf(m.shape)));
  const outs = storages.map((s) => s.array);
  const ctx: KernelContext<P> = { params, inputs, outputs: metas, outs };
  const fast = fastKernelOf(spec.name);
  if (fast === undefined || !fast(outs, inputs, ctx)) spec.kernel(outs[0], inputs.map(contiguousArray), ctx);
  return storages.map((s, i) => new Tensor(s, metas[i].shape));
}

function record(op: AnyOp, inputs: readonly Tensor[], params: unknown, outputs: readonly Tensor[]): void {
  const node = new Node(
    op,
    params,
    inputs.map((x) => ({ shape: x.shape, dtype: x.dtype })),
    outputs.map((y) => ({ shape: y.shape, dtype: y.dtype })),
    inputs.map(edgeOf),
  );
  outputs.forEach((y, i) => {
    if (!isFloating(y.dtype)) return;
    y.gradFn = node;
    y.outputIndex = i;
  });
  const { saves } = op;
  if (saves.inputs !== undefined || saves.outputs === true) {
    const wanted = saves.inputs;
    node.save(
      wanted === undefined ? [] : inputs.map((x, i) => (wanted.includes(i) ? x : null)),
      saves.outputs === true ? outputs : [],
    );
  }
  node.observe(inputs, outputs);
}
