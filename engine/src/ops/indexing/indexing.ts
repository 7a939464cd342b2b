/** Indexing as `x[…]` in Python: integers, ranges, new dimensions, an ellipsis, and tensors of indices or bools. */

import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { additionOf, visitElements } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { isIndex, type NumericArray } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, IndexError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides, type Shape } from "../../tensor/shape.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, Tensor } from "../../tensor/tensor.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { boundIndex, sliceDim } from "../shape/slice.ts";
import { select } from "../shape/window.ts";
import type { Range } from "./range.ts";
import { slice } from "./range.ts";

/**
 * An entry of an index: an integer, a range, a new dimension (`null`), all dimensions that are left (`"..."`), a tensor or array of integers or booleans
 * (a mask), or a boolean, a mask without dimensions.
 */
export type Index = number | boolean | Range | null | "..." | Tensor | readonly number[] | readonly boolean[];

/** The dimensions that index tensors pick from. */
interface Picked {
  readonly dims: readonly number[];
}

/** Whether the dimensions follow each other. */
const neighbours = (dims: readonly number[]): boolean => dims.every((d, i) => i === 0 || d === dims[i - 1] + 1);

/** Shape of the result: of the picked dimensions, and of those before and after them. */
interface Layout {
  readonly picked: Shape;
  readonly before: Shape;
  readonly after: Shape;
  readonly out: Shape;
}

/** Returns the layout of the result. As in NumPy, the picked dimensions stay in place if they follow each other, else they come first. */
function layout(x: Shape, indices: readonly Meta[], dims: readonly number[]): Layout {
  const picked = broadcastShapes(
    "index",
    indices.map((m) => m.shape),
  );
  const together = neighbours(dims);
  const kept = x.map((_, d) => d).filter((d) => !dims.includes(d));
  const before = together ? kept.filter((d) => d < dims[0]).map((d) => x[d]) : [];
  const after = (together ? kept.filter((d) => d > dims[0]) : kept).map((d) => x[d]);
  return { picked, before, after, out: [...before, ...picked, ...after] };
}

/** Visits the positions of the result with those of the input that they show. */
function pairs(
  x: Shape,
  indices: readonly NumericArray[],
  metas: readonly Meta[],
  dims: readonly number[],
  visit: (at: number, from: number) => void,
): void {
  const { picked, before, after } = layout(x, metas, dims);
  const strides = contiguousStrides(x);
  const kept = x.map((_, d) => d).filter((d) => !dims.includes(d));
  const lists = metas.map((m) => broadcastStrides(m.shape, contiguousStrides(m.shape), picked));
  const bases: number[] = [];
  visitElements(picked, lists, (_at, offsets) => {
    bases.push(dims.reduce((sum, d, k) => sum + boundIndex("index", indices[k][offsets[k]], x[d], d) * strides[d], 0));
  });
  const outer: number[] = [];
  visitElements(before, [kept.slice(0, before.length).map((d) => strides[d])], (_at, [o]) => outer.push(o));
  const inner: number[] = [];
  visitElements(after, [kept.slice(before.length).map((d) => strides[d])], (_at, [o]) => inner.push(o));
  let at = 0;
  for (const o of outer) for (const b of bases) for (const i of inner) visit(at++, o + b + i);
}

const takeOp: Run<Picked> = defineOp<Picked>({
  name: "index",
  torch: "Tensor.__getitem__",
  access: "method",
  signature: "input, indices...|index",
  label: ({ dims }) => `index dim ${dims.join(", ")}`,
  tex: { forward: "y_i = x_{k_i}", vjp: "\\bar x_{k_i} \\mathrel{+}= \\bar y_i" },
  outputs: ([x, ...indices], { dims }) => ({ shape: layout(x.shape, indices, dims).out, dtype: x.dtype }),
  kernel: (out, [x, ...indices], { params: { dims }, inputs: [m, ...metas] }) =>
    pairs(m.shape, indices, metas, dims, (at, from) => {
      out[at] = x[from];
    }),
  saves: { inputs: [1, 2, 3, 4, 5, 6, 7, 8] },
  vjp: (g, { inputs: [, ...indices], metas: [x], params }) => [
    putOp([zeros(x.shape, { dtype: x.dtype }), g, ...indices], params),
    ...indices.map(() => null),
  ],
  jvp: ([dx], { inputs: [, ...indices], params }) => takeOp([dx as Tensor, ...indices], params),
  batch: ([x, ...indices], [, ...picked], { dims }) =>
    picked.includes(true) || !neighbours(dims) ? "loop" : takeOp([x, ...indices], { dims: dims.map((d) => d + 1) }),
  samples: (r) => [
    { input: r.normal([3, 4, 2]), indices: [1, slice(1, 3)] },
    { input: r.normal([3, 4, 2]), indices: [r.integers([5], 0, 3), slice(), r.integers([5], 0, 2)] },
    { input: r.normal([3, 4, 2]), indices: [slice(), r.integers([2, 2], 0, 4)] },
    { input: r.normal([3, 4]), indices: ["...", null, -1] },
  ],
  call: (input: Tensor, indices: readonly Index[] | Index) =>
    index(input, ...(Array.isArray(indices) ? (indices as readonly Index[]) : [indices as Index])),
});

const putOp: Run<Picked> = defineOp<Picked>({
  name: "indexPutAdd",
  torch: "ops.aten.index_put",
  access: "internal",
  signature: "input, values, indices",
  label: ({ dims }) => `index add dim ${dims.join(", ")}`,
  tex: { forward: "y = x,\\ y_{k_i} \\mathrel{+}= z_i", vjp: "\\bar x = \\bar y,\\ \\bar z_i = \\bar y_{k_i}" },
  outputs: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  kernel: (out, [x, values, ...indices], { params: { dims }, inputs: [m, , ...metas] }) => {
    out.set(x);
    const sum = additionOf(m.dtype);
    pairs(m.shape, indices, metas, dims, (at, to) => {
      out[to] = sum(out[to], values[at]);
    });
  },
  saves: [{}, { inputs: [2, 3, 4, 5, 6, 7, 8, 9] }],
  vjp: (g, { inputs: [, , ...indices], needs, params }) => [g, needs[1] ? takeOp([g, ...indices], params) : null],
  jvp: ([dx, dz], { inputs: [, , ...indices], metas: [x], params }) =>
    dz ? putOp([dx ?? zeros(x.shape, { dtype: x.dtype }), dz, ...indices], params) : (dx as Tensor),
  batch: ([x, values, ...indices], [bx, bv, ...picked], { dims }, size) =>
    picked.includes(true) || !neighbours(dims)
      ? "loop"
      : putOp(
          [
            bx ? x : expand(unsqueeze(x, 0), [size, ...x.shape]),
            bv ? values : expand(unsqueeze(values, 0), [size, ...values.shape]),
            ...indices,
          ],
          { dims: dims.map((d) => d + 1) },
        ),
  samples: (r) => [{ input: r.normal([3, 4]), values: r.normal([5, 4]), indices: [r.integers([5], 0, 3)] }],
  call: (input: Tensor, values: Tensor, indices: readonly Tensor[]) =>
    putOp([input, values, ...indices], { dims: indices.map((_, d) => d) }),
});

/** Returns the positions where the mask is true, as one index vector for each of its dimensions. */
export function positionsOf(mask: Tensor): Tensor[] {
  const found: number[][] = mask.shape.map(() => []);
  const flat = contiguousArray(mask);
  const strides = contiguousStrides(mask.shape);
  for (let i = 0; i < flat.length; i++)
    if (flat[i] !== 0) mask.shape.forEach((n, d) => found[d].push(Math.floor(i / strides[d]) % n));
  return found.map((list) => fromArray(Int32Array.from(list), "int32", [list.length]));
}

/** Whether an entry is a range. */
const isRange = (i: Index): i is Range =>
  typeof i === "object" && i !== null && !(i instanceof Tensor) && !Array.isArray(i);

/** Returns the number of input dimensions that an entry of the index consumes. */
const consumes = (i: Index): number =>
  i === null || i === "..." || typeof i === "boolean" ? 0 : i instanceof Tensor && i.dtype === "bool" ? i.ndim : 1;

/**
 * Returns the elements that the entries pick, one entry for each dimension. Integers and ranges give views. Index tensors, which broadcast against each
 * other, give copies; gradients of elements that are picked several times add up.
 * @throws IndexError for an index out of range, or for too many entries; ShapeError for a mask of another shape; DTypeError for index tensors that are
 * neither int32 nor bool.
 * @example index(tensor([[1, 2], [3, 4]]), 1, slice(0, 1)).toArray(); // [3]
 */
export function index(input: Tensor, ...indices: readonly Index[]): Tensor {
  let x = requireTensor("index", input);
  const used = indices.reduce((n: number, i) => n + consumes(i), 0);
  if (used > x.ndim) throw new IndexError("index", `${used} entries are too many for ${x.ndim} dimensions`);
  if (indices.filter((i) => i === "...").length > 1)
    throw new ArgumentError("index", 'only one "..." may stand in an index');
  const rest = x.ndim - used;
  const picked: { readonly dim: number; readonly tensor: Tensor }[] = [];
  let dim = 0;
  for (const entry of indices) {
    if (entry === "...") dim += rest;
    else if (entry === null) x = unsqueeze(x, dim++);
    else if (typeof entry === "number") x = select(x, dim, entry);
    else if (isRange(entry)) x = sliceDim(x, dim++, entry.start ?? null, entry.stop ?? null, { step: entry.step ?? 1 });
    else {
      const mask = asTensor(entry);
      if (mask.dtype === "bool" && mask.ndim === 0) {
        // a boolean is a mask of a new dimension of size 1
        x = unsqueeze(x, dim);
        picked.push({ dim: dim++, tensor: positionsOf(reshape(mask, [1]))[0] });
      } else for (const tensor of indexTensors(mask, x, dim)) picked.push({ dim: dim++, tensor });
    }
  }
  if (picked.length === 0) return x;
  if (picked.length > 8)
    throw new IndexError("index", `at most 8 index tensors are supported, but got ${picked.length}`);
  return takeOp([x, ...picked.map((p) => p.tensor)], { dims: picked.map((p) => p.dim) });
}

/** Returns an array of integers as an int32 tensor, and booleans as a bool mask. */
function asTensor(entry: boolean | Tensor | readonly number[] | readonly boolean[]): Tensor {
  if (entry instanceof Tensor) return entry;
  if (typeof entry === "boolean") return fromArray(Uint8Array.of(Number(entry)), "bool", []);
  const list: readonly (number | boolean)[] = entry;
  if (list.length > 0 && list.every((v) => typeof v === "boolean"))
    return fromArray(Uint8Array.from(list, Number), "bool", [list.length]);
  const wrong = list.find((v) => !Number.isInteger(v));
  if (wrong !== undefined) throw new IndexError("index", `an array of indices must hold integers, but got ${wrong}`);
  return fromArray(Int32Array.from(list, Number), "int32", [list.length]);
}

/** Returns the index tensors that an entry stands for: itself, or the positions of a mask. */
function indexTensors(entry: Tensor, x: Tensor, dim: number): Tensor[] {
  if (isIndex(entry.dtype)) return [entry];
  if (entry.dtype !== "bool")
    throw new DTypeError("index", "index tensors must be int64, int32 or bool", [
      `${entry.dtype}; x.to("int64") converts`,
    ]);
  if (entry.shape.some((n, d) => n !== x.shape[dim + d]))
    throw new ShapeError("index", "a mask must have the shape of the dimensions it selects from", [
      entry.shape,
      x.shape,
    ]);
  return positionsOf(entry);
}

/**
 * Returns the elements where the mask is true, as a vector, after both are broadcast.
 * @throws DTypeError for a mask that is not bool; ShapeError when the shapes do not broadcast.
 * @example maskedSelect(tensor([1, 2, 3]), tensor([true, false, true])).toArray(); // [1, 3]
 */
export const maskedSelect: (input: Tensor, mask: Tensor) => Tensor = defineComposite(
  {
    name: "maskedSelect",
    torch: "masked_select",
    access: "method",
    signature: "input, mask",
    tex: "y = (x_i \\text{ where } m_i)",
    samples: (r) => [{ input: r.normal([2, 3]), mask: r.integers([2, 3], 0, 2).to("bool") }],
  },
  (input: Tensor, mask: Tensor): Tensor => {
    if (mask.dtype !== "bool") throw new DTypeError("maskedSelect", "the mask must be bool", [mask.dtype]);
    const shape = broadcastShapes("maskedSelect", [input.shape, mask.shape]);
    return reshape(index(expand(input, shape), expand(mask, shape)), [-1]);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the elements that integers, ranges and index tensors pick, one for each dimension. */
    index(...indices: readonly Index[]): Tensor;
    /** Returns the elements where the mask is true, as a vector. */
    maskedSelect(mask: Tensor): Tensor;
  }
}
