/** Runs an op: result by kernel or view, then a node on the tape where a gradient may be wanted. */

import { ambient } from "../platform/ambient.ts";
import { type FastKernel, usesFastPaths } from "../tape/graph/fast-path.ts";
import { isGradEnabled } from "../tape/graph/mode.ts";
import { record, recordOne } from "../tape/graph/record.ts";
import { isFloating, type NumericArray } from "../tensor/dtype.ts";
import type { Meta } from "../tensor/meta.ts";
import { sizeOf } from "../tensor/shape.ts";
import { allocateUninitialized, Storage } from "../tensor/storage/storage.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { registerView, Tensor } from "../tensor/tensor.ts";
import { openLevels } from "./batched.ts";
import { applyBatched } from "./batching.ts";
import type { AnyOp, OpSpec, View } from "./spec.ts";

const list = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T]);

/** Holds the one output of the kernel that runs, so that no list is made for each op. */
const running = ambient(() => ({ output: [null] as (Tensor | null)[] }));

/** Runs the op on the inputs and records it. */
export function apply<P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
  if (openLevels().length > 0) {
    const examples = applyToExamples(spec, inputs, params);
    if (examples !== null) return examples;
  }
  return record(spec as unknown as AnyOp, inputs, params, compute(spec, inputs, params));
}

/* What captures variables is a function of its own where each operation passes: V8 makes the room for them when the function is entered. */

const applyToExamples = <P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] | null =>
  applyBatched(spec as unknown as AnyOp, inputs, params, (xs) => apply(spec, xs, params));

/** The same for an op with one output, for which no list is made as long as nobody looks. */
export function applyOne<P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): Tensor {
  if (openLevels().length > 0) {
    const examples = applyToExamples(spec, inputs, params);
    if (examples !== null) return examples[0];
  }
  return recordOne(spec as unknown as AnyOp, inputs, params, computeOne(spec, inputs, params));
}

/** The result alone, off the tape. */
export function compute<P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
  if (!("kernel" in spec)) return views(spec.view(inputs[0], params), inputs[0]);
  const metas = spec.outputs(inputs, params);
  if (!Array.isArray(metas)) return [resultOf(spec, metas as Meta, inputs, params)];
  const outputs = (metas as readonly Meta[]).map((m) => blank(m, spec.name));
  const fast = fastKernelOf(spec);
  if (fast === null || !fast(outputs, inputs, params)) reference(spec, metas, inputs, params, outputs);
  return outputs;
}

const computeOne = <P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): Tensor =>
  "kernel" in spec
    ? resultOf(spec, spec.outputs(inputs, params) as Meta, inputs, params)
    : views(spec.view(inputs[0], params), inputs[0])[0];

const fastKernelOf = <P>(spec: OpSpec<P>): FastKernel | null =>
  usesFastPaths() ? (spec.fastPath?.kernel ?? null) : null;

type WithKernel<P> = Extract<OpSpec<P>, { kernel: unknown }>;

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
  reference(spec, [meta], inputs, params, [y]);
  return y;
}

/** Fills the outputs by the kernel of the record. */
function reference<P>(
  spec: WithKernel<P>,
  metas: readonly Meta[],
  inputs: readonly Tensor[],
  params: P,
  outputs: readonly Tensor[],
): void {
  const outs = outputs.map((y) => zeroed(y.storage));
  spec.kernel(outs[0], inputs.map(contiguousArray), { params, inputs, outputs: metas, outs });
}

function views(found: View | readonly View[], x: Tensor): readonly Tensor[] {
  const made = list<View>(found).map((v) => new Tensor(x.storage, v.shape, v.strides, v.offset));
  // a view made off the tape must not keep the tape of what it shows
  const kind = !isGradEnabled() && x.requiresGrad ? "no-grad" : Array.isArray(found) ? "multi-output" : "single-output";
  for (const y of made) registerView(y, x, kind);
  return made;
}

/** A result of one float, which is worked out without arrays; `null` for another. Operands are rounded to its dtype first, as numbers are kept in float64. */
export function singleResult(
  op: string | null,
  f: (x: number, z: number) => number,
  meta: Meta,
  inputs: readonly Tensor[],
): Tensor | null {
  const { shape, dtype } = meta;
  if (sizeOf(shape) !== 1 || !isFloating(dtype)) return null;
  const a = inputs[0];
  const b = inputs[inputs.length - 1];
  const [x, z] = [a.storage.at(a.offset), b.storage.at(b.offset)];
  const value = dtype === "float32" ? Math.fround(f(Math.fround(x), Math.fround(z))) : f(x, z);
  const storage = Storage.single(dtype, value);
  storage.createdBy = op;
  return new Tensor(storage, shape, null, 0, metaOf(meta));
}

/** A rule may give an operand itself, which must not be kept. */
const metaOf = (m: Meta): Meta => (m instanceof Tensor ? m.meta : m);

const zeroed = (s: Storage): NumericArray => (s.address > 0 ? s.array.fill(0) : s.array);

/** A result with anything in it; `op` is what makes it. */
export function blank(meta: Meta, op: string | null): Tensor {
  const { shape, dtype } = meta;
  const storage = allocateUninitialized(dtype, sizeOf(shape));
  storage.createdBy = op;
  return new Tensor(storage, shape, null, 0, metaOf(meta));
}
