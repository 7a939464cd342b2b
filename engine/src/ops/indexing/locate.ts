/** The meaning of an index in brackets: a view of the tensor, and the index tensors that pick elements from it. */

import { describe } from "../../tensor/arguments/refusals.ts";
import { tensor } from "../../tensor/create/data.ts";
import { category } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, IndexError, ShapeError, showShape } from "../../tensor/errors.ts";
import type { NestedArray } from "../../tensor/nested.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, Tensor } from "../../tensor/tensor.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { boundIndex, sliceWindow } from "../shape/slice.ts";
import { select } from "../shape/window.ts";
import { parseIndex, type Range } from "./index-text.ts";
import type { Picked } from "./offsets.ts";
import { coordinatesOf, nonzeroPositions } from "./positions.ts";
import { windowOf } from "./range.ts";

/**
 * An entry of an index: an integer, which counts from the end if it is negative; text with entries of Python's syntax, such as `"1:3"`, `"..., ::2"` or
 * `":, 0"`; a new dimension (`null`); a range (`slice(1, 3)`); a tensor or nested array of integers or booleans (a mask), or a boolean, a mask
 * without dimensions.
 */
export type Index = number | boolean | string | Range | null | Tensor | readonly NestedArray[];

/** An entry of which the text has been read, and the arrays have become tensors. */
interface Entry {
  readonly value: number | Range | "..." | null | Tensor;
  /** Where the entry stands in a text, for errors; empty for other entries. */
  readonly origin: string;
}

/** A view of a tensor, and index tensors that pick elements from it. */
export interface Located extends Picked {
  readonly view: Tensor;
  readonly indices: readonly Tensor[];
}

/** Most index tensors in one index, with those that a mask stands for. */
const mostIndices = 8;

/** Reads the entries of a text. */
function entriesOf(op: string, text: string): readonly Entry[] {
  const shown = JSON.stringify(text);
  const parsed = parseIndex(text);
  if ("message" in parsed) throw new IndexError(op, `${parsed.message}, at character ${parsed.at + 1} of ${shown}`);
  return parsed.map(({ value, at }) => ({ value, origin: ` (character ${at + 1} of ${shown})` }));
}

/** Returns an array of integers as an integer tensor, and one of booleans as a bool mask. */
function tensorOf(op: string, list: readonly NestedArray[] | boolean): Tensor {
  const flat = ([list] as unknown[]).flat(Number.POSITIVE_INFINITY) as readonly unknown[];
  if (flat.length > 0 && flat.every((v) => typeof v === "boolean")) return tensor(list, { dtype: "bool" });
  const wrong = flat.find((v) => typeof v !== "bigint" && !Number.isInteger(v));
  if (wrong !== undefined)
    throw new IndexError(op, `an array of indices must hold integers or booleans, but got ${describe(wrong)}`);
  return tensor(list, { dtype: "int64" });
}

/** Whether a tensor stands for an integer: it has no dimensions, and its element can be read. */
const isInteger = (t: Tensor): boolean => t.ndim === 0 && category(t.dtype) === 1 && !t.storage.isBatched;

function readEntries(op: string, given: readonly Index[]): Entry[] {
  return given.flatMap((value): readonly Entry[] => {
    if (typeof value === "string") return entriesOf(op, value);
    if (typeof value === "boolean" || Array.isArray(value)) return [{ value: tensorOf(op, value), origin: "" }];
    if (value instanceof Tensor && isInteger(value)) return [{ value: value.item(), origin: "" }];
    return [{ value: value as Entry["value"], origin: "" }];
  });
}

/** Returns the number of dimensions that an entry consumes. */
const consumes = ({ value }: Entry): number =>
  value === null || value === "..." ? 0 : value instanceof Tensor && value.dtype === "bool" ? value.ndim : 1;

/** Checks the number of entries, and returns the number of dimensions that `"..."` stands for. */
function restOf(op: string, entries: readonly Entry[], { shape }: Tensor): number {
  const used = entries.reduce((n, entry) => n + consumes(entry), 0);
  if (used > shape.length)
    throw new IndexError(op, `${used} indices are too many for the dimensions of ${showShape(shape)}`);
  if (entries.filter(({ value }) => value === "...").length > 1)
    throw new ArgumentError(op, 'only one "..." may stand in an index');
  return shape.length - used;
}

/**
 * Returns whether the picked dimensions come first: with integers and index tensors that other entries separate. NumPy counts integers beside index
 * tensors as index tensors here; PyTorch applies them first.
 */
function isSeparated(entries: readonly Entry[]): boolean {
  const picks = entries.map(({ value }) => typeof value === "number" || value instanceof Tensor);
  const [first, last] = [picks.indexOf(true), picks.lastIndexOf(true)];
  return picks.slice(first, last).includes(false);
}

/** Returns the positions where the mask is true, as one index vector for each of its dimensions. */
export function positionsOf(mask: Tensor): Tensor[] {
  const positions = nonzeroPositions(contiguousArray(mask), mask.dtype);
  return coordinatesOf(positions, mask.shape).map((list) => fromArray(list, "int64", [list.length]));
}

/** Returns the index tensors that a tensor stands for: itself, or the positions of a mask of the dimensions of `x` from `axis` on. */
function indexTensors(op: string, entry: Tensor, x: Tensor, axis: number): Tensor[] {
  if (category(entry.dtype) === 1) return [entry];
  if (entry.dtype !== "bool")
    throw new DTypeError(op, "index tensors must hold integers or be bool masks", [
      `${entry.dtype}; x.to("int64") converts`,
    ]);
  const wrong = entry.shape.findIndex((n, d) => n !== x.shape[axis + d]);
  if (wrong >= 0)
    throw new ShapeError(
      op,
      `a mask must have the sizes of the dimensions that it selects from; dimension ${axis + wrong} has size ${x.shape[axis + wrong]}, and the mask ${entry.shape[wrong]}`,
      [entry.shape, x.shape],
    );
  return positionsOf(entry);
}

/** Applies integers, ranges and new dimensions, which give a view of `x`, and returns the index tensors for the view. */
export function locate(op: string, x: Tensor, given: readonly Index[]): Located {
  const entries = readEntries(op, given);
  const rest = restOf(op, entries, x);
  const picked: { readonly dim: number; readonly axis: number; readonly index: Tensor }[] = [];
  let view = x;
  let [dim, axis] = [0, 0];
  for (const { value, origin } of entries) {
    if (value === "...") {
      dim += rest;
      axis += rest;
    } else if (value === null) view = unsqueeze(view, dim++);
    else if (typeof value === "number") view = select(view, dim, boundIndex(op, value, x.shape[axis], axis++, origin));
    else if (!(value instanceof Tensor)) {
      const part = windowOf(op, x.shape[axis], value);
      const isWhole = part.length === x.shape[axis++] && part.step === 1;
      view = isWhole ? view : sliceWindow(view, { dim, ...part });
      dim++;
    } else if (value.dtype === "bool" && value.ndim === 0) {
      // a boolean is a mask of a new dimension of size 1
      view = unsqueeze(view, dim);
      picked.push({ dim: dim++, axis, index: positionsOf(reshape(value, [1]))[0] });
    } else for (const index of indexTensors(op, value, x, axis)) picked.push({ dim: dim++, axis: axis++, index });
  }
  if (picked.length > mostIndices)
    throw new IndexError(op, `at most ${mostIndices} index tensors are supported, but got ${picked.length}`);
  return {
    view,
    indices: picked.map((p) => p.index),
    dims: picked.map((p) => p.dim),
    axes: picked.map((p) => p.axis),
    front: picked.length > 0 && isSeparated(entries),
  };
}
