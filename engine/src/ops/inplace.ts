/** Changes of a tensor's own elements. They raise the storage's version, so that backward finds saved tensors that are stale. */

import { walk } from "../dispatch/loops.ts";
import type { Method } from "../dispatch/methods.ts";
import { type Operand, operand } from "../dispatch/operand.ts";
import { moveRetained } from "../tape/backward/register.ts";
import { callSite } from "../tape/graph/call-site.ts";
import { notifyOverwriting } from "../tape/graph/listener.ts";
import { enableGrad, isGradEnabled, isInferenceModeEnabled, noGrad } from "../tape/graph/mode.ts";
import { copySavedBeforeChange } from "../tape/graph/saved-hooks.ts";
import { category, isFloating, type NumericArray } from "../tensor/dtype.ts";
import { DTypeError, GradError, ShapeError } from "../tensor/errors.ts";
import type { Edge } from "../tensor/graph.ts";
import type { TensorHooks } from "../tensor/hooks.ts";
import type { Meta } from "../tensor/meta.ts";
import { addMethods } from "../tensor/methods.ts";
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
function writable(op: string, x: Tensor, sources: readonly Tensor[]): void {
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

function changed(op: string, x: Tensor): Tensor {
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

/** How an in-place op relates to the old elements: it computes with them, copies others over them, or sets all of them to one. */
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

/** Returns `x` with all elements replaced by those of `z`, so that no gradient flows to `x`. */
const replaced = (x: Tensor, z: unknown): Tensor =>
  asStridedScatterOp([x, to(expand(z as Tensor, x.shape), x.dtype)], {
    size: x.shape,
    stride: contiguousStrides(x.shape),
    storageOffset: 0,
  });

/** Sets elements to those of an operand, which are cast. */
function set(op: string, x: Tensor, other: Operand, change: "copies" | "fills"): Tensor {
  const z = operand(op, other);
  requireBroadcast(op, "the operand", z.shape, x.shape);
  const recorded = isGradEnabled() && (x.requiresGrad || z.requiresGrad);
  const f = recorded ? replaced : (_x: Tensor, from: unknown): Tensor => from as Tensor;
  return updateInPlace(op, x, f, z, null, change);
}

/** Gives `x` the elements of `other`, broadcast and cast. A tensor is always a copy of itself. */
export function copyInPlace(x: Tensor, other: Operand): Tensor {
  if (x !== other) return set("copy_", x, other, "copies");
  writable("copy_", x, []);
  return changed("copy_", x);
}

/** Sets all elements to a number, or to that of a 0-d tensor. */
export function fillInPlace(x: Tensor, value: Operand): Tensor {
  if (value instanceof Tensor && value.ndim > 0)
    throw new ShapeError("fill_", "the value must be a number or a 0-d tensor; use copy_ for others", [value.shape]);
  return set("fill_", x, value, "fills");
}

/** Returns the in-place form of an op, a method. Tensors among its arguments, also in options, get gradients. */
export const inPlaceForm = (name: string, op: (x: Tensor, a: unknown, b: unknown) => Tensor): Method =>
  function (this: Tensor, a?: unknown, b?: unknown): Tensor {
    return updateInPlace(name, this, op, a, b);
  };

addMethods({
  copy_(from) {
    return copyInPlace(this, from);
  },
  fill_(value) {
    return fillInPlace(this, value);
  },
  zero_() {
    return set("zero_", this, 0, "fills");
  },
});

/**
 * Methods that change a tensor in place, also what its views and its base show. Its place on the tape changes too, when it or an operand is on the tape.
 * GradError on leaves that require a gradient, and on expanded tensors, which only `fill_` and `zero_` change, and only off the tape.
 */
declare module "../tensor/tensor.ts" {
  interface Tensor {
    /**
     * Gives the tensor the elements of another one, broadcast and cast, or a number.
     * @example zeros([2]).copy_(tensor([1, 2])).toArray(); // [1, 2]
     */
    copy_(from: Operand): Tensor;
    /**
     * Sets all elements to a number, or to the element of a 0-d tensor.
     * @example zeros([2]).fill_(3).toArray(); // [3, 3]
     */
    fill_(value: Operand): Tensor;
    /** Sets all elements to 0. */
    zero_(): Tensor;
  }
}
