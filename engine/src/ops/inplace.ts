/** In-place changes. Each raises the version of the storage, by which backward recognizes saved tensors that were changed. */

import { type BatchedStorage, batchedTensor, batchOf } from "../dispatch/batched.ts";
import { visitElements } from "../dispatch/loops.ts";
import type { Method } from "../dispatch/methods.ts";
import type { View } from "../dispatch/spec.ts";
import { moveRetained } from "../tape/backward/register.ts";
import { callSite } from "../tape/graph/call-site.ts";
import { notifyOverwriting } from "../tape/graph/listener.ts";
import { enableGrad, isGradEnabled, isInferenceModeEnabled, noGrad } from "../tape/graph/mode.ts";
import { copySavedBeforeChange } from "../tape/graph/saved-hooks.ts";
import {
  castArray,
  category,
  encodeArray,
  encodingOf,
  isComplex,
  isFloating,
  type NumericArray,
  wordsPerElement,
} from "../tensor/dtype.ts";
import { DTypeError, GradError } from "../tensor/errors.ts";
import type { Edge } from "../tensor/graph.ts";
import type { TensorHooks } from "../tensor/hooks.ts";
import type { Meta } from "../tensor/meta.ts";
import { contiguousStrides, requireBroadcast } from "../tensor/shape.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { fromArray, Tensor, viewInfoOf } from "../tensor/tensor.ts";
import { clone, to } from "./elementwise/convert.ts";
import { expand } from "./shape/expand.ts";
import { asStridedOp, asStridedScatterOp, type StridedWindow } from "./shape/strided.ts";
import { viewAsComplex, viewAsReal } from "./shape/view-as-complex.ts";

/** Whether several elements of `x` share one place in memory. */
const isExpanded = (x: Tensor): boolean =>
  !x.isContiguous() && x.numel() > 0 && x.strides.some((s, d) => s === 0 && x.shape[d] > 1);

/** Refuses a tensor whose elements share memory, as each would be changed several times. */
function refuseExpanded(op: string, x: Tensor): void {
  if (isExpanded(x))
    throw new GradError(op, "an expanded tensor shares elements and cannot be changed in place; clone() it first");
}

/**
 * Refuses a change that the tape cannot record.
 * @throws GradError for a leaf that requires a gradient and views of one, inference tensors, and views that cannot be recorded again.
 */
export function requireWritable(op: string, x: Tensor, sources: readonly Tensor[]): void {
  if (x.storage.inference && !isInferenceModeEnabled())
    throw new GradError(
      op,
      "an inference tensor cannot be changed in place outside of inferenceMode; clone() it first",
    );
  if (!isGradEnabled()) return;
  if (x.isLeaf && x.requiresGrad)
    throw new GradError(op, "a leaf that requires a gradient cannot be changed in place; do it inside noGrad(() => …)");
  const view = viewInfoOf(x);
  if (view === null) return;
  const { base, kind } = view;
  if (base.isLeaf && x.requiresGrad)
    throw new GradError(
      op,
      "a view of a leaf that requires a gradient cannot be changed in place; do it inside noGrad(() => …)",
    );
  if (kind === "no-grad")
    throw new GradError(
      op,
      "a view that was made inside noGrad of a tensor on the tape cannot be changed in place outside",
    );
  if (kind === "multi-output" && (x.requiresGrad || sources.some((s) => s.requiresGrad)))
    throw new GradError(
      op,
      "one of several views of an op, as from split, cannot be changed in place; take it by narrow()",
    );
}

/** Refuses a result that does not broadcast to the shape of `x`, or, unless it is cast, has a higher category of dtype: bool < integer < float. */
function requireStorable(op: string, x: Tensor, result: Meta, casts: boolean): void {
  requireBroadcast(op, "the result", result.shape, x.shape);
  if (casts) return;
  const kind = isComplex(result.dtype) ? "complex" : isFloating(result.dtype) ? "float" : "numeric";
  if (category(result.dtype) > category(x.dtype))
    throw new DTypeError(op, `a ${kind} result cannot be stored in place`, [x.dtype]);
  if (isComplex(x.dtype) && !isComplex(result.dtype))
    throw new DTypeError(op, "a real result cannot be stored in place", [x.dtype]);
}

/** Returns the elements of `from` in row-major order, as they are before `x` is changed: a copy if both lie in one storage. */
export function readBefore(from: Tensor, x: Tensor): NumericArray {
  const [source, target] = [contiguousArray(from), x.storage.array];
  const start = source.byteOffset - target.byteOffset;
  return source.buffer === target.buffer && start >= 0 && start < target.byteLength ? source.slice() : source;
}

/** Copies the elements of `from`, broadcast, to `x`. */
function writeElements(op: string, x: Tensor, from: Tensor): Tensor {
  if (x.numel() === 0) return countChange(op, x);
  const { dtype } = x;
  const isMixed = from.dtype !== dtype && (isComplex(dtype) || isComplex(from.dtype));
  const given = isMixed ? noGrad(() => to(from, dtype)) : from;
  const source = readBefore(
    noGrad(() => expand(given, x.shape)),
    x,
  );
  notifyOverwriting(x, from);
  const { array } = x.storage;
  const words =
    given.dtype === dtype && encodingOf(dtype) === null ? source : encodeArray(castArray(source, dtype), dtype);
  const each = wordsPerElement[dtype];
  if (x.isContiguous()) array.set(words, each * x.offset);
  else
    visitElements(x.shape, [x.strides, contiguousStrides(x.shape)], (at, [o]) => {
      for (let k = 0; k < each; k++) array[each * (x.offset + o) + k] = words[each * at + k];
    });
  return countChange(op, x);
}

/** Checks a change that a kernel is about to make, and counts it. */
export function beginChange(op: string, x: Tensor): void {
  refuseExpanded(op, x);
  requireWritable(op, x, []);
  copySavedBeforeChange(x.storage);
  countChange(op, x);
}

/** Raises the version of the storage of `x`, and notes the op for the error of a stale saved tensor. */
export function countChange(op: string, x: Tensor): Tensor {
  const { storage } = x;
  if (storage.inference) return x;
  storage.version++;
  // a stack trace is taken only for storages with saved tensors, as only those can make backward fail
  storage.change = { op, at: storage.savedBy === null ? null : callSite() };
  return x;
}

/** Changes the elements of `x`, which `change` gets in row-major order and overwrites. */
export function changeInPlace(op: string, x: Tensor, change: (elements: NumericArray) => void): void {
  refuseExpanded(op, x);
  requireWritable(op, x, []);
  copySavedBeforeChange(x.storage);
  const elements = contiguousArray(x);
  change(elements);
  if (x.isContiguous() && encodingOf(x.dtype) === null) countChange(op, x);
  else writeElements(op, x, fromArray(elements, x.dtype, x.shape));
}

/** Returns the tensors of an argument: itself, or those in an options object. */
const tensorsIn = (argument: unknown): readonly Tensor[] =>
  argument instanceof Tensor
    ? [argument]
    : typeof argument === "object" && argument !== null
      ? Object.values(argument).filter((v) => v instanceof Tensor)
      : [];

/** Returns the argument with `x` replaced by `other`, also in an options object. */
function replaceIn(argument: unknown, x: Tensor, other: Tensor): unknown {
  if (argument === x) return other;
  if (!tensorsIn(argument).includes(x)) return argument;
  return Object.fromEntries(Object.entries(argument as object).map(([key, v]) => [key, v === x ? other : v]));
}

/** The use of the old elements by an in-place op: it computes with them, copies others over them, or sets all of them to one value. */
type Change = "computes" | "copies" | "fills";

/**
 * Stores f(x, ...args) in the elements of `x`. On the tape `x` then stands for that result, and `f` is recorded as applied to what `x` was before. A view changes
 * its base too, whose other views are recorded again when they are next used. Off the tape an expanded tensor may be filled with one value.
 */
export function updateInPlace(
  op: string,
  x: Tensor,
  f: (x: Tensor, ...args: readonly unknown[]) => Tensor,
  args: readonly unknown[] = [],
  change: Change = "computes",
): Tensor {
  const batch = batchOf(x);
  if (batch !== null) return updateBatched(op, x, batch, f, args, change);
  const operands = args.flatMap(tensorsIn);
  if (operands.some((z) => batchOf(z) !== null))
    throw new GradError(
      op,
      "inside vmap, a tensor without the batch dimension cannot be changed in place by one that has it; create it by zerosLike(x) of a batched x",
    );
  const recorded = isGradEnabled() && (x.requiresGrad || operands.some((z) => z.requiresGrad));
  if (recorded || change !== "fills") refuseExpanded(op, x);
  requireWritable(op, x, operands);
  copySavedBeforeChange(x.storage);
  const casts = change !== "computes";
  if (!recorded) {
    const result = noGrad(() => f(x, ...args));
    requireStorable(op, x, result, casts);
    if (result.cut !== null && !x.requiresGrad) x.cut = result.cut;
    return writeElements(op, x, result);
  }
  const before = snapshot(x);
  const result = f(before, ...args.map((arg) => replaceIn(arg, x, before)));
  requireStorable(op, x, result, casts);
  writeElements(op, x, result);
  rebaseHistory(x, to(result, x.dtype));
  return x;
}

/** Stores f(x, ...args) in a batched tensor: the tensor with the batch dimension is changed in place. */
function updateBatched(
  op: string,
  x: Tensor,
  { value, level }: BatchedStorage,
  f: (x: Tensor, ...args: readonly unknown[]) => Tensor,
  args: readonly unknown[],
  change: Change,
): Tensor {
  const ofAll = (all: Tensor): Tensor => {
    const member = batchedTensor(all, level);
    const result = f(member, ...args.map((arg) => replaceIn(arg, x, member)));
    requireStorable(op, x, result, change !== "computes");
    const each = expand(result, x.shape);
    const batch = batchOf(each);
    return batch?.level === level ? batch.value : each;
  };
  updateInPlace(op, value, ofAll, args.flatMap(tensorsIn).map(unbatched), change);
  return x;
}

/** Returns the tensor with all batch dimensions. */
function unbatched(x: Tensor): Tensor {
  const batch = batchOf(x);
  return batch === null ? x : unbatched(batch.value);
}

/** Returns a copy of the elements with the same source on the tape. */
function snapshot(x: Tensor): Tensor {
  const copy = noGrad(() => clone(x));
  copy.source = x.source;
  return copy;
}

/** Makes the source of `result`, which has the same elements, that of `x`. For a view it records that a window of the base was overwritten. */
export function rebaseHistory(x: Tensor, result: Tensor): void {
  const base = viewInfoOf(x)?.base ?? null;
  if (base === null) setSource(x, result.source);
  else {
    if (!base.isContiguous())
      throw new GradError("in place", "a view of a tensor with gaps cannot be changed in place; clone() it first");
    const before = x.source;
    setSource(base, overwritten(base, x, result).source);
    moveRetained(x, before);
  }
}

/** Sets the source of `x`. A retained gradient is from then on that of the new value; hooks stay on the old one. */
function setSource(x: Tensor, source: Edge | null): void {
  const before = x.source;
  x.source = source;
  moveRetained(x, before);
}

/** Returns the strided window of a base that a view shows. */
const windowOf = (base: Pick<View, "offset">, { shape, strides, offset }: View): StridedWindow => ({
  size: shape,
  stride: strides,
  storageOffset: offset - base.offset,
});

/** Returns a complex tensor as a real one; a real tensor itself. */
const asReal = (x: Tensor): Tensor => (isComplex(x.dtype) ? viewAsReal(x) : x);

/** Returns shape, strides and offset of the real numbers of a tensor. */
const realView = ({ shape, strides, offset, dtype }: Tensor): View =>
  isComplex(dtype)
    ? { shape: [...shape, 2], strides: [...strides.map((s) => 2 * s), 1], offset: 2 * offset }
    : { shape, strides, offset };

/** Returns the base with its elements that `x` shows replaced by those of `result`. A real view of a complex base, or a complex one of a real base, is a window of real numbers. */
function overwritten(base: Tensor, x: Tensor, result: Tensor): Tensor {
  if (base.dtype === x.dtype) return asStridedScatterOp([snapshot(base), result], windowOf(base, x));
  const window = windowOf(realView(base), realView(x));
  const real = asStridedScatterOp([asReal(snapshot(base)), asReal(result)], window);
  return isComplex(base.dtype) ? viewAsComplex(real) : real;
}

/** Returns the view that shows the elements of a view in its base, recorded as a strided window. */
function windowView(base: Tensor, view: Tensor): Tensor {
  if (base.dtype === view.dtype) return asStridedOp([base], windowOf(base, view));
  const real = asStridedOp([asReal(base)], windowOf(realView(base), realView(view)));
  return isComplex(view.dtype) ? viewAsComplex(real) : real;
}

/** Records a view again, as a strided window of its base, after the base was changed in place. */
export const rebaseView: TensorHooks["rebaseView"] = (view, base, replaceSource) => {
  const before = replaceSource(enableGrad(() => windowView(base, view)).source);
  moveRetained(view, before);
};

/** Returns the in-place form of an op, as a method. Gradients flow to tensors among its arguments, also to those in options. */
export const inPlaceForm = (name: string, op: (x: Tensor, ...args: readonly unknown[]) => Tensor): Method =>
  function (this: Tensor, ...args: readonly unknown[]): Tensor {
    return updateInPlace(name, this, op, args);
  };
