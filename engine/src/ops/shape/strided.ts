/** Views of any shape, strides and offset, and the op that overwrites one. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { type Shape, sameShape, sizeOf } from "../../tensor/shape.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { indexAdd } from "../indexing/index-select.ts";
import { contiguous, reshape } from "./reshape.ts";

/** A strided view: its shape, the steps between its elements in those of the input, and the position of the first. */
export interface StridedWindow {
  readonly size: Shape;
  readonly stride: readonly number[];
  readonly storageOffset: number;
}

/** Returns the position of each element of the window among those of the input. */
function positions({ size, stride, storageOffset }: StridedWindow): Int32Array {
  const at = new Int32Array(sizeOf(size));
  visitElements(size, [stride], (i, [o]) => {
    at[i] = storageOffset + o;
  });
  return at;
}

/** Returns the cotangent of the input: the sum, at each element, of `g` over the positions of the window that show it. */
function scatterBack(g: Tensor, shape: Shape, w: StridedWindow): Tensor {
  const n = sizeOf(w.size);
  const at = fromArray(positions(w), "int32", [n]);
  return reshape(indexAdd(zeros([sizeOf(shape)], { dtype: g.dtype }), 0, at, reshape(g, [n])), shape);
}

/** The view of a window of a contiguous tensor. It is exported for views whose base was changed in place. */
export const asStridedOp: Run<StridedWindow> = defineOp<StridedWindow>({
  name: "asStrided",
  role: "reshape",
  torch: "as_strided",
  aliases: ["Tensor.as_strided"],
  access: "function",
  signature: "input, size, stride, storageOffset=0",
  label: ({ size, stride }) => `as strided [${size.join(", ")}] by [${stride.join(", ")}]`,
  tex: { forward: "y_i = x_{a + i \\cdot s}", vjp: "\\bar x_{a + i \\cdot s} \\mathrel{+}= \\bar y_i" },
  view: ({ offset }, { size, stride, storageOffset }) => ({
    shape: size,
    strides: stride,
    offset: offset + storageOffset,
  }),
  saves: {},
  vjp: (g, { metas: [x], params }) => [scatterBack(g, x.shape, params)],
  jvp: ([dx], { params }) => asStridedOp([contiguous(dx as Tensor)], params),
  batch: "loop",
  samples: (r) => [
    { input: r.normal([2, 6]), size: [3, 2], stride: [2, 1], storageOffset: 3 },
    { input: r.normal([7]), size: [3, 3], stride: [1, 2], storageOffset: 0 },
  ],
  call: asStrided,
});

/** Options of `asStrided` and `asStridedScatter`. */
export interface AsStridedOptions {
  /** Position of the first element of the view, counted from that of the input; 0 by default. */
  readonly storageOffset?: number;
}

/** Checks a window of the elements of `x`. */
function checked(op: string, x: Tensor, { size, stride, storageOffset }: StridedWindow): StridedWindow {
  if (size.length !== stride.length)
    throw new ArgumentError(op, `as many strides as sizes are needed, but got ${stride.length} for ${size.length}`);
  if (stride.some((s) => s < 0)) throw new ArgumentError(op, "strides must not be negative");
  const last = size.some((n) => n === 0) ? -1 : size.reduce((at, n, d) => at + (n - 1) * stride[d], storageOffset);
  if (storageOffset < 0 || last >= x.numel())
    throw new ShapeError(op, `the window reaches to element ${last} of ${x.numel()}`, [x.shape, size]);
  return { size: [...size], stride: [...stride], storageOffset };
}

/**
 * Returns a view of shape `size` in which a step along dimension d is `stride[d]` elements of the input in row-major order. Elements may share memory;
 * their gradients add up. A tensor that is not contiguous is copied first.
 * @throws ShapeError when the view leaves the input; ArgumentError for negative strides, or another number of strides than of sizes.
 * @example asStrided(tensor([1, 2, 3, 4]), [3, 2], [1, 1]).toArray(); // [[1, 2], [2, 3], [3, 4]]
 */
export function asStrided(
  input: Tensor,
  size: Shape,
  stride: readonly number[],
  { storageOffset = 0 }: AsStridedOptions = {},
): Tensor {
  const x = contiguous(requireTensor("asStrided", input));
  return asStridedOp([x], checked("asStrided", x, { size, stride, storageOffset }));
}

/** The op that overwrites a window. It is exported for in-place changes of views. */
export const asStridedScatterOp: Run<StridedWindow> = defineOp<StridedWindow>({
  name: "asStridedScatter",
  torch: "as_strided_scatter",
  aliases: ["Tensor.as_strided_scatter"],
  access: "function",
  signature: "input, src, size, stride, storageOffset=0",
  label: ({ size, stride }) => `scatter [${size.join(", ")}] by [${stride.join(", ")}]`,
  tex: {
    forward: "y = x,\\ y_{a + i \\cdot s} = z_i",
    vjp: "\\bar x = \\bar y \\text{ outside},\\ \\bar z_i = \\bar y_{a + i \\cdot s}",
  },
  outputs: ([x, src], w) => {
    if (!sameShape(src.shape, w.size))
      throw new ShapeError("asStridedScatter", "the source must have the shape of the window", [src.shape, w.size]);
    return { shape: x.shape, dtype: x.dtype };
  },
  kernel: (out, [x, src], { params }) => {
    out.set(x);
    positions(params).forEach((to, i) => {
      out[to] = src[i];
    });
  },
  saves: {},
  vjp: (g, { metas: [, src], params, needs }) => {
    const whole = contiguous(g);
    return [
      needs[0] ? asStridedScatterOp([whole, zeros(src.shape, { dtype: g.dtype })], params) : null,
      needs[1] ? asStridedOp([whole], params) : null,
    ];
  },
  jvp: ([dx, dz], { metas: [x, z], params }) =>
    asStridedScatterOp([dx ?? zeros(x.shape, { dtype: x.dtype }), dz ?? zeros(z.shape, { dtype: z.dtype })], params),
  complex: "parts",
  batch: "loop",
  samples: (r) => [
    { input: r.normal([2, 6]), src: r.normal([2, 2]), size: [2, 2], stride: [4, 1], storageOffset: 3 },
    { input: r.normal([5]), src: r.normal([2]), size: [2], stride: [3], storageOffset: 1 },
  ],
  call: asStridedScatter,
});

/**
 * Returns a copy of `input` in which the elements of the view that `asStrided` returns are replaced by those of `src`, of shape `size`.
 * @throws ShapeError when the view leaves the input, or for another shape of `src`.
 * @example asStridedScatter(tensor([1, 2, 3, 4]), tensor([9, 9]), [2], [2]).toArray(); // [9, 2, 9, 4]
 */
export function asStridedScatter(
  input: Tensor,
  src: Tensor,
  size: Shape,
  stride: readonly number[],
  { storageOffset = 0 }: AsStridedOptions = {},
): Tensor {
  const x = requireTensor("asStridedScatter", input);
  const w = checked("asStridedScatter", x, { size, stride, storageOffset });
  return asStridedScatterOp([x, requireTensor("asStridedScatter", src)], w);
}
