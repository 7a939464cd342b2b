/** Changes of a tensor's own elements. They raise the storage's version, so that backward finds saved tensors that are stale. */

import { walk } from "../dispatch/loops.ts";
import type { Method } from "../dispatch/methods.ts";
import { moveRetained } from "../tape/backward/register.ts";
import { callSite } from "../tape/graph/call-site.ts";
import { notifyOverwriting } from "../tape/graph/listener.ts";
import { enableGrad, isGradEnabled, isInferenceModeEnabled, noGrad } from "../tape/graph/mode.ts";
import { copySavedBeforeChange } from "../tape/graph/saved-hooks.ts";
import { category, isFloating, type NumericArray } from "../tensor/dtype.ts";
import { DTypeError, GradError } from "../tensor/errors.ts";
import type { Edge } from "../tensor/graph.ts";
import type { TensorHooks } from "../tensor/hooks.ts";
import type { Meta } from "../tensor/meta.ts";
import { contiguousStrides, requireBroadcast } from "../tensor/shape.ts";
import { storageFromArray } from "../tensor/storage/storage.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { Tensor, viewInfoOf } from "../tensor/tensor.ts";
import { clone, to } from "./elementwise/convert.ts";
import { expand } from "./shape/expand.ts";
import { asStridedOp, asStridedScatterOp, type StridedWindow } from "./shape/strided.ts";

/** Whether elements of `x` lie at the same place in memory. */
const isExpanded = (x: Tensor): boolean =>
  !x.isContiguous() && x.numel() > 0 && x.strides.some((s, d) => s === 0 && x.shape[d] > 1);

/** Refuses changes that would be made more than once to an element. */
function refuseExpanded(op: string, x: Tensor): void {
  if (isExpanded(x))
    throw new GradError(op, "an expanded tensor shares elements and cannot be changed in place; clone() it first");
}

/** Refuses changes that the tape could not follow. */
export function writable(op: string, x: Tensor, sources: readonly Tensor[]): void {
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

/** Refuses a result that is larger than `x`, or of a higher category of dtypes: bool < integer < float. */
function fits(op: string, x: Tensor, result: Meta, casts: boolean): void {
  requireBroadcast(op, "the result", result.shape, x.shape);
  if (!casts && category(result.dtype) > category(x.dtype))
    throw new DTypeError(op, `a ${isFloating(result.dtype) ? "float" : "numeric"} result cannot be stored in place`, [
      x.dtype,
    ]);
}

/** Writes the elements of `from`, broadcast, into `x`. */
function write(op: string, x: Tensor, from: Tensor): Tensor {
  if (x.numel() === 0) return changed(op, x);
  const source = contiguousArray(noGrad(() => expand(from, x.shape)));
  notifyOverwriting(x, from);
  const { array } = x.storage;
  const bool = x.dtype === "bool";
  if (x.isContiguous() && !bool) array.set(source, x.offset);
  else
    walk(x.shape, [x.shape.length === 0 ? [] : x.strides, contiguousStrides(x.shape)], (at, [o]) => {
      array[x.offset + o] = bool ? Number(source[at] !== 0) : source[at];
    });
  return changed(op, x);
}

/** Refuses, or counts, a change that a kernel is about to make. */
export function changing(op: string, x: Tensor): void {
  refuseExpanded(op, x);
  writable(op, x, []);
  copySavedBeforeChange(x.storage);
  changed(op, x);
}

/** Counts a change of the elements of `x`. */
export function changed(op: string, x: Tensor): Tensor {
  const { storage } = x;
  if (storage.inference) return x;
  storage.version++;
  // the line is worth a stack only where backward may miss the old elements
  storage.change = { op, at: storage.savedBy === null ? null : callSite() };
  return x;
}

/** Lets `change` write on the elements in row-major order. */
export function changeInPlace(op: string, x: Tensor, change: (elements: NumericArray) => void): void {
  refuseExpanded(op, x);
  writable(op, x, []);
  copySavedBeforeChange(x.storage);
  const elements = contiguousArray(x);
  change(elements);
  if (x.isContiguous()) changed(op, x);
  else write(op, x, new Tensor(storageFromArray(elements, x.dtype), x.shape));
}

/** The tensors of an argument: itself, or those in an options object. */
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
 * Stores f(x, a, b) in the elements of `x`. On the tape `x` then stands for that result, and `f` is recorded as applied to what `x` was before. A view changes
 * its base too, whose other views are recorded again when they are next used. Off the tape an expanded tensor may be filled with one value.
 */
export function updateInPlace(
  op: string,
  x: Tensor,
  f: (x: Tensor, a: unknown, b: unknown) => Tensor,
  a?: unknown,
  b?: unknown,
  change: Change = "computes",
): Tensor {
  const operands = [...tensorsIn(a), ...tensorsIn(b)];
  const recorded = isGradEnabled() && (x.requiresGrad || operands.some((z) => z.requiresGrad));
  if (recorded || change !== "fills") refuseExpanded(op, x);
  writable(op, x, operands);
  copySavedBeforeChange(x.storage);
  const casts = change !== "computes";
  if (!recorded) {
    const result = noGrad(() => f(x, a, b));
    fits(op, x, result, casts);
    return write(op, x, result);
  }
  const before = former(x);
  const result = f(before, replaceIn(a, x, before), replaceIn(b, x, before));
  fits(op, x, result, casts);
  write(op, x, result);
  place(x, to(result, x.dtype));
  return x;
}

/** The elements as they are now, at the place that x has on the tape now. */
function former(x: Tensor): Tensor {
  const copy = noGrad(() => clone(x));
  copy.source = x.source;
  return copy;
}

/** Moves `x` to the edge of `result`, which holds the same elements; for a view, records the change of its base. */
export function place(x: Tensor, result: Tensor): void {
  const base = viewInfoOf(x)?.base ?? null;
  if (base === null) changePlace(x, result.source);
  else {
    if (!base.isContiguous())
      throw new GradError("in place", "a view of a tensor with gaps cannot be changed in place; clone() it first");
    const window = windowOn(base, x);
    const before = x.source;
    changePlace(base, asStridedScatterOp([former(base), result], window).source);
    moveRetained(x, before);
  }
}

/** Moves x to another edge, and with it the gradient that it retains; hooks stay with the value that they were registered on. */
function changePlace(x: Tensor, source: Edge | null): void {
  const before = x.source;
  x.source = source;
  moveRetained(x, before);
}

const windowOn = (base: Tensor, { shape, strides, offset }: Tensor): StridedWindow => ({
  size: shape,
  stride: strides,
  storageOffset: offset - base.offset,
});

/** Records a view again, as a strided window of its base, after the base was changed in place. */
export const rebaseView: TensorHooks["rebaseView"] = (view, base, replaceSource) => {
  const before = replaceSource(enableGrad(() => asStridedOp([base], windowOn(base, view))).source);
  moveRetained(view, before);
};

/** Returns the in-place form of an op, a method. Tensors among its arguments, also in options, get gradients. */
export const inPlaceForm = (name: string, op: (x: Tensor, a: unknown, b: unknown) => Tensor): Method =>
  function (this: Tensor, a?: unknown, b?: unknown): Tensor {
    return updateInPlace(name, this, op, a, b);
  };
