/** Shapes, strides and dimensions. */
import { IndexError, ShapeError } from "./errors.ts";

/** Sizes of the dimensions, outermost first; `[]` for a scalar. */
export type Shape = readonly number[];

/** One dimension or several; negative ones count from the end. */
export type Dims = number | readonly number[];

/** Sizes, or dimensions, as PyTorch takes them: listed one by one, or in one array. */
export type Listed = readonly number[] | readonly [list: readonly number[]];

/** Returns the numbers of an argument list that may hold them one by one, or in one array; a number stands for a list of one. */
export const listed = (numbers: Listed | number): readonly number[] =>
  typeof numbers === "number"
    ? [numbers]
    : numbers.length === 1 && typeof numbers[0] !== "number"
      ? numbers[0]
      : (numbers as readonly number[]);

/** Returns the number of elements. */
export function sizeOf(shape: Shape): number {
  let n = 1;
  for (let d = 0; d < shape.length; d++) n *= shape[d];
  return n;
}

/** Returns row-major strides, in elements. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = step;
    step *= Math.max(shape[d], 1);
  }
  return strides;
}

/** Returns whether strides are those of row-major order without gaps. Strides of dimensions of size 1 do not matter. */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] === 0) return true;
    if (shape[d] !== 1 && strides[d] !== step) return false;
    step *= shape[d];
  }
  return true;
}

/** Returns whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let d = 0; d < a.length; d++) if (a[d] !== b[d]) return false;
  return true;
}

/** Returns the shape to which all shapes broadcast: aligned at the last dimension, with equal sizes or 1. @throws ShapeError when there is none. */
export function broadcastShapes(op: string, shapes: readonly Shape[]): Shape {
  if (shapes.length === 2) {
    const [a, b] = shapes;
    if (b.length === 0 || sameShape(a, b)) return a;
    if (a.length === 0) return b;
  }
  const [first = [], ...others] = shapes;
  if (others.every((shape) => sameShape(shape, first))) return first;
  const rank = shapes.reduce((most, shape) => Math.max(most, shape.length), 0);
  const out = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let d = 0; d < shape.length; d++) {
      const at = rank - shape.length + d;
      if (shape[d] === out[at] || shape[d] === 1) continue;
      if (out[at] !== 1) throw new ShapeError(op, "shapes must broadcast (equal or 1, aligned at the end)", shapes);
      out[at] = shape[d];
    }
  }
  return out;
}

/** Returns whether a shape broadcasts to `to`. */
export function broadcastsTo(shape: Shape, to: Shape): boolean {
  const lead = to.length - shape.length;
  return lead >= 0 && shape.every((n, d) => n === 1 || n === to[lead + d]);
}

/** @throws ShapeError, with both shapes, when an operand does not broadcast to the shape of the result. */
export function requireBroadcast(op: string, name: string, shape: Shape, to: Shape): void {
  if (!sameShape(shape, to) && !broadcastsTo(shape, to))
    throw new ShapeError(op, `${name} must broadcast to the shape of the result (${name}, result)`, [shape, to]);
}

/** Returns strides by which a tensor of shape `shape` reads as one of shape `to`: 0 along broadcast dimensions. */
export function broadcastStrides(shape: Shape, strides: readonly number[], to: Shape): number[] {
  const lead = to.length - shape.length;
  return to.map((_, d) => (d < lead || shape[d - lead] === 1 ? 0 : strides[d - lead]));
}

/** Returns a dimension of at least 0 for one that may count from the end. A scalar accepts 0 and -1. @throws IndexError when it is out of range. */
export function normalizeDim(op: string, dim: number, rank: number): number {
  const n = Math.max(rank, 1);
  if (!Number.isInteger(dim) || dim < -n || dim >= n)
    throw new IndexError(op, `dim must be an integer in [${-n}, ${n - 1}], but got ${dim}`);
  return dim < 0 ? dim + n : dim;
}

/** Returns dimensions as sorted numbers of at least 0; `null`, `undefined` and `[]` mean all dimensions. @throws IndexError for one that is out of range or repeated. */
export function normalizeDims(op: string, dims: Dims | null | undefined, rank: number): number[] {
  if (dims === null || dims === undefined || (typeof dims !== "number" && dims.length === 0)) {
    const all: number[] = [];
    for (let d = 0; d < rank; d++) all.push(d);
    return all;
  }
  if (typeof dims === "number" && rank > 0) return [normalizeDim(op, dims, rank)];
  const list = (typeof dims === "number" ? [dims] : dims).map((d) => normalizeDim(op, d, rank));
  if (new Set(list).size !== list.length)
    throw new IndexError(op, `dims must differ from each other, but got [${String(dims)}]`);
  return rank === 0 ? [] : list.sort((a, b) => a - b);
}

/** Returns the shape after a reduction of `dims`, which are removed, or of size 1 with `keepdim`. */
export function reducedShape(shape: Shape, dims: readonly number[], keepdim: boolean): Shape {
  return keepdim ? shape.map((s, d) => (dims.includes(d) ? 1 : s)) : shape.filter((_, d) => !dims.includes(d));
}

/** Returns the requested shape, in which one size may be -1 and is inferred from the number of elements. @throws ShapeError when the numbers of elements differ. */
export function inferShape(op: string, requested: Shape, from: Shape): Shape {
  const n = sizeOf(from);
  let hole = -1;
  let known = 1;
  requested.forEach((s, d) => {
    if (!Number.isInteger(s) || s < -1) throw new ShapeError(op, "sizes must be integers of at least -1", [requested]);
    if (s !== -1) known *= s;
    else if (hole === -1) hole = d;
    else throw new ShapeError(op, "only one size may be -1", [requested]);
  });
  if (hole !== -1) {
    if (known === 0 || n % known !== 0)
      throw new ShapeError(op, `-1 must have one answer for ${n} elements`, [from, requested]);
    return requested.map((s, d) => (d === hole ? n / known : s));
  }
  if (known !== n) throw new ShapeError(op, "the number of elements must stay the same", [from, requested]);
  return requested.slice();
}

/**
 * Returns strides by which a strided array is viewed in another shape, or `null` if that needs a copy. Merges dimensions into runs that are contiguous
 * among themselves, and splits each run into new dimensions.
 */
export function viewStrides(shape: Shape, strides: readonly number[], to: Shape): number[] | null {
  if (sizeOf(shape) === 0 || sizeOf(to) === 0) return contiguousStrides(to);
  const out = new Array<number>(to.length);
  let v = to.length - 1;
  let run = 1;
  let base = 1;
  let started = false;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (!started) {
      base = strides[d];
      started = true;
    }
    run *= shape[d];
    const joins = d > 0 && (shape[d - 1] === 1 || strides[d - 1] === run * base);
    if (joins) continue;
    let step = base;
    let left = run;
    while (v >= 0 && (left > 1 || to[v] === 1)) {
      if (left % to[v] !== 0) return null;
      out[v] = step;
      step *= to[v];
      left /= to[v];
      v--;
    }
    if (left !== 1) return null;
    run = 1;
    started = false;
  }
  for (; v >= 0; v--) {
    if (to[v] !== 1) return null;
    out[v] = 1;
  }
  return out;
}
