/** Runs an op: result by kernel or view, then a node on the tape where a gradient may be wanted. */

import { ambient } from "../platform/ambient.ts";
import { keepNewObjectsYoung } from "../platform/v8.ts";
import { runUserCode } from "../tape/backward/user-code.ts";
import { currentWalk } from "../tape/backward/walk.ts";
import { isGradEnabled } from "../tape/graph/mode.ts";
import { type Edge, edgeOf, Node, type TapeOp } from "../tape/graph/node.ts";
import { type FastKernel, usesFaster } from "../tape/graph/rules.ts";
import { checkForward } from "../tape/watch/anomaly.ts";
import { recordsAreHeard, tellRecord } from "../tape/watch/events.ts";
import { watchDepth } from "../tape/watch/growth.ts";
import { findsAnomalies } from "../tape/watch/watch.ts";
import { isFloating, type NumericArray } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import { allocateDirty, Storage } from "../tensor/storage/storage.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { showing, Tensor } from "../tensor/tensor.ts";
import { openLevels } from "./batched.ts";
import { applyBatched } from "./batching.ts";
import { planFor, type SavePlans } from "./saves.ts";
import type { AnyOp, Meta, OpSpec, View } from "./spec.ts";

/** One output, or the list of several. */
type Outputs = Tensor | readonly Tensor[];

const list = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T]);

/** Called for each op that ran. */
export type Observer = (op: AnyOp, inputs: readonly Tensor[], params: unknown, outputs: readonly Tensor[]) => void;

/** Who is told of ops, and the list of the one output of the kernel that runs. */
const running = ambient(() => ({ observer: null as Observer | null, output: [null] as (Tensor | null)[] }));

/** Runs `body`, telling `observe` of each op in it. */
export function observing<T>(observe: Observer, body: () => T): T {
  const before = running.observer;
  running.observer = observe;
  try {
    return body();
  } finally {
    running.observer = before;
  }
}

/** Runs the op on the inputs and records it. */
export function apply<P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
  if (openLevels().length > 0) {
    const examples = applyToExamples(spec, inputs, params);
    if (examples !== null) return examples;
  }
  return after(spec as unknown as AnyOp, inputs, params, compute(spec, inputs, params));
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
  const op = spec as unknown as AnyOp;
  const y = computeOne(spec, inputs, params);
  if (running.observer !== null || findsAnomalies() || recordsAreHeard()) return after(op, inputs, params, [y])[0];
  const edges = edgesOf(op, inputs);
  if (edges !== null) record(op, inputs, params, y, edges);
  return y;
}

/** Tells of the op and records it; gives the outputs, or what a hook put in their place. */
function after(op: AnyOp, inputs: readonly Tensor[], params: unknown, outputs: readonly Tensor[]): readonly Tensor[] {
  const { observer } = running;
  if (observer !== null) {
    const observe = observer;
    runUserCode([...inputs, ...outputs], () => observe(op, inputs, params, outputs));
  }
  const edges = edgesOf(op, inputs);
  if (findsAnomalies() && "kernel" in op && currentWalk() === null)
    checkForward(op, inputs, params, outputs, edges !== null);
  if (edges === null) return outputs;
  const node = record(op, inputs, params, outputs, edges);
  return recordsAreHeard() ? tellRecord(node, inputs, outputs) : outputs;
}

/** Where the gradients of the inputs go; `null` where none is wanted. */
function edgesOf(op: AnyOp, inputs: readonly Tensor[]): readonly (Edge | null)[] | null {
  if (!isGradEnabled() || op.vjp === "none") return null;
  if (inputs.length === 1) {
    const edge = edgeOf(inputs[0]);
    return edge === null ? null : [edge];
  }
  if (inputs.length === 2) {
    const first = edgeOf(inputs[0]);
    const second = edgeOf(inputs[1]);
    return first === null && second === null ? null : [first, second];
  }
  const edges = inputs.map(edgeOf);
  return edges.some((edge) => edge !== null) ? edges : null;
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

const fastKernelOf = <P>(spec: OpSpec<P>): FastKernel | null => (usesFaster() ? (spec.faster?.kernel ?? null) : null);

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
  const kind = !isGradEnabled() && x.requiresGrad ? "untaped" : Array.isArray(found) ? "several" : "one";
  for (const y of made) showing(y, x, kind);
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
  storage.madeBy = op;
  return new Tensor(storage, shape, null, 0, metaOf(meta));
}

/** A rule may give an operand itself, which must not be kept. */
const metaOf = (m: Meta): Meta => (m instanceof Tensor ? m.meta : m);

const zeroed = (s: Storage): NumericArray => (s.address > 0 ? s.array.fill(0) : s.array);

/** A result with anything in it; `op` is what makes it. */
export function blank(meta: Meta, op: string | null): Tensor {
  const { shape, dtype } = meta;
  const storage = allocateDirty(dtype, sizeOf(shape));
  storage.madeBy = op;
  return new Tensor(storage, shape, null, 0, metaOf(meta));
}

/** The tensors at the positions of a mask, which may name more than there are, and `null` at the others. */
function masked(tensors: readonly Tensor[], mask: number): readonly (Tensor | null)[] {
  const count = tensors.length;
  const all = (1 << count) - 1;
  if ((mask & all) === all) return tensors;
  if (count === 2) return (mask & 1) !== 0 ? [tensors[0], null] : [null, tensors[1]];
  return tensors.map((t, i) => ((mask & (1 << i)) !== 0 ? t : null));
}

/** Saves what the rules read for the inputs that have an edge: inputs, then outputs. */
function saveFor(
  node: Node,
  plans: SavePlans,
  inputs: readonly Tensor[],
  outputs: Outputs,
  edges: readonly (Edge | null)[],
): void {
  const plan = planFor(plans, edges);
  const read = plan.inputs;
  const kept = plan.outputs;
  if (kept === 0) {
    if (read !== 0) node.save(masked(inputs, read), inputs.length);
    return;
  }
  const results = outputs instanceof Tensor ? [outputs] : masked(outputs, kept);
  if (read === 0) node.save(results, 0);
  else node.save([...masked(inputs, read), ...results], inputs.length);
}

function leadTo(y: Tensor, node: Node, index: number): void {
  if (isFloating(y.dtype)) y.source = index === 0 ? node : { node, index };
}

/** Puts a node on the tape that stands for the op, and makes the outputs its own. */
export function record(
  op: TapeOp<unknown> & Pick<AnyOp, "plans">,
  inputs: readonly Tensor[],
  params: unknown,
  outputs: Outputs,
  edges: readonly (Edge | null)[] = inputs.map(edgeOf),
): Node {
  keepNewObjectsYoung();
  const count = inputs.length;
  const metas = count === 2 ? [inputs[0].meta, inputs[1].meta] : inputs.map(metaOf);
  const outputMetas = outputs instanceof Tensor ? outputs.meta : outputs.map(metaOf);
  const node = new Node(op, params, metas, outputMetas, edges);
  if (op.plans !== undefined) saveFor(node, op.plans, inputs, outputs, edges);
  if (!(outputs instanceof Tensor)) outputs.forEach((y, i) => leadTo(y, node, i));
  else if (isFloating(outputs.dtype)) outputs.source = node;
  node.observe(inputs, outputs);
  watchDepth(node);
  return node;
}
