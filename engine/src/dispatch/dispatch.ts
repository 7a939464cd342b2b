/** Running an op: a kernel computes the outputs, or they are views of the input; then the tape records the op. */

import { ambient } from "../platform/ambient.ts";
import { clearUpperHalves } from "../platform/registers.ts";
import { type FastKernel, usesFastPaths } from "../tape/graph/fast-path.ts";
import { isGradEnabled } from "../tape/graph/mode.ts";
import { record, recordOne } from "../tape/graph/record.ts";
import type { Meta } from "../tensor/meta.ts";
import { sizeOf } from "../tensor/shape.ts";
import { Storage } from "../tensor/storage/storage.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { registerView, Tensor } from "../tensor/tensor.ts";
import { isDryRun, openLevels } from "./batched.ts";
import { applyBatched } from "./batching.ts";
import { blank, metaOf, zeroed } from "./blank.ts";
import { computeComplex, hasComplex } from "./complex.ts";
import { isEncoded, runEncoded } from "./encoded.ts";
import type { AnyOp, OpSpec, View } from "./spec.ts";
import { withChosenSubgradient } from "./subgradient.ts";

const isList = <T>(x: T | readonly T[]): x is readonly T[] => Array.isArray(x);

/** The argument list of the fast kernel that runs, reused so that an op with one output allocates none. */
const running = ambient(() => ({ output: [null] as (Tensor | null)[] }));

/** Runs an op and records it. Inside `vmap`, batched inputs go through the batching rule of the op. */
export function apply<P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
  if (openLevels().length > 0) {
    const batched = applyInVmap(spec, inputs, params);
    if (batched !== null) return batched;
  }
  return record(withChosenSubgradient(spec as unknown as AnyOp), inputs, params, compute(spec, inputs, params));
}

/** Runs an op with batched inputs; returns `null` if none is batched. Not inlined by hand: V8 would allocate the context of the closure on the hot path. */
const applyInVmap = <P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] | null =>
  applyBatched(spec as unknown as AnyOp, inputs, params, (xs) => apply(spec, xs, params)) ??
  (isDryRun() && !hasComplex(inputs) ? outputsWithoutElements(spec, inputs, params) : null);

/** Returns results of the right shapes and dtypes, all of whose elements are one zero. */
function outputsWithoutElements<P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
  if (!("kernel" in spec)) return viewsOf(inputs[0], spec.view(inputs[0], params));
  const metas = spec.outputs(inputs, params);
  return (isList(metas) ? metas : [metas]).map(({ shape, dtype }) => {
    const one = blank({ shape: [1], dtype }, spec.name);
    zeroed(one.storage);
    return new Tensor(
      one.storage,
      shape,
      shape.map(() => 0),
      0,
      null,
      dtype,
    );
  });
}

/** Runs and records an op with one output, without a list of outputs on the hot path. */
export function applyOne<P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): Tensor {
  if (openLevels().length > 0) {
    const batched = applyInVmap(spec, inputs, params);
    if (batched !== null) return batched[0];
  }
  return recordOne(withChosenSubgradient(spec as unknown as AnyOp), inputs, params, computeOne(spec, inputs, params));
}

/** Computes the outputs of an op without recording it. */
export function compute<P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
  if (!("kernel" in spec)) return viewsOf(inputs[0], spec.view(inputs[0], params));
  if (hasComplex(inputs)) return computeComplex(spec, inputs, params, compute);
  const metas = spec.outputs(inputs, params);
  if (!isList(metas)) return [resultOf(spec, metas, inputs, params)];
  const outputs = metas.map((m) => blank(m, spec.name));
  const fast = fastKernelOf(spec);
  if (fast === null || !fast(outputs, inputs, params)) runReference(spec, metas, inputs, params, outputs);
  return outputs;
}

const computeOne = <P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): Tensor =>
  "kernel" in spec
    ? hasComplex(inputs)
      ? computeComplex(spec, inputs, params, compute)[0]
      : resultOf(spec, spec.outputs(inputs, params) as Meta, inputs, params)
    : viewsOf(inputs[0], spec.view(inputs[0], params))[0];

/** Returns the fast kernel, if there is one and fast paths are on. */
const fastKernelOf = <P>(spec: OpSpec<P>): FastKernel | null =>
  usesFastPaths() ? (spec.fastPath?.kernel ?? null) : null;

type WithKernel<P> = Extract<OpSpec<P>, { kernel: unknown }>;

/** Computes the output of an op that has one: without arrays, by the fast kernel or by the reference kernel. */
function resultOf<P>(spec: WithKernel<P>, meta: Meta, inputs: readonly Tensor[], params: P): Tensor {
  if (spec.pointwise !== undefined) {
    const single = singleResult(spec.name, spec.pointwise, meta, inputs);
    if (single !== null) return single;
  }
  const y = blank(meta, spec.name);
  const fast = fastKernelOf(spec);
  if (fast !== null) {
    const one = running.output;
    one[0] = y;
    const done = fast(one as Tensor[], inputs, params);
    one[0] = null;
    if (done) return y;
  }
  runReference(spec, [meta], inputs, params, [y]);
  return y;
}

/** Computes the outputs by the reference kernel. */
function runReference<P>(
  spec: WithKernel<P>,
  metas: readonly Meta[],
  inputs: readonly Tensor[],
  params: P,
  outputs: readonly Tensor[],
): void {
  if (outputs.some(isEncoded) || inputs.some(isEncoded)) {
    const fast = fastKernelOf(spec);
    runEncoded(spec, metas, inputs, params, outputs, (ys, xs) => fast !== null && fast(ys, xs, params));
    return;
  }
  clearUpperHalves();
  const outs = outputs.map((y) => zeroed(y.storage));
  spec.kernel(outs[0], inputs.map(contiguousArray), { params, inputs, outputs: metas, outs });
}

/** Returns views of `x` with the given shapes, strides and offsets. */
function viewsOf(x: Tensor, windows: View | readonly View[]): readonly Tensor[] {
  const list = isList(windows) ? windows : [windows];
  const views = list.map((v) => new Tensor(x.storage, v.shape, v.strides, v.offset, null, v.dtype ?? x.dtype));
  // a view that was made inside noGrad must not keep the graph of its base alive
  const kind = !isGradEnabled() && x.requiresGrad ? "no-grad" : isList(windows) ? "multi-output" : "single-output";
  for (const y of views) registerView(y, x, kind);
  return views;
}

/**
 * Computes the result of a pointwise op if it is a single float, without arrays; returns `null` otherwise. Operands are rounded to the dtype of the result
 * first, since the numbers of a program are stored in float64.
 */
export function singleResult(
  op: string | null,
  f: (x: number, z: number) => number,
  meta: Meta,
  inputs: readonly Tensor[],
): Tensor | null {
  const { shape, dtype } = meta;
  if (sizeOf(shape) !== 1 || (dtype !== "float32" && dtype !== "float64")) return null;
  const a = inputs[0];
  const b = inputs[inputs.length - 1];
  const [x, z] = [a.storage.at(a.offset), b.storage.at(b.offset)];
  const value = dtype === "float32" ? Math.fround(f(Math.fround(x), Math.fround(z))) : f(x, z);
  const storage = Storage.single(dtype, value);
  storage.createdBy = op;
  return new Tensor(storage, shape, null, 0, metaOf(meta));
}
