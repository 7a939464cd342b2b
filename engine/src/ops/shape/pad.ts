/** Padding with a constant. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { type ComplexNumber, isComplexNumber } from "../../tensor/complex.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { contiguousStrides, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { complex } from "../elementwise/complex.ts";
import { imag, real } from "./view-as-complex.ts";

interface Padding {
  /** Elements before and after the last dimension, then of the one before it, and so on; negative ones are removed. */
  readonly pad: readonly number[];
  readonly value: number;
}

/** Returns the elements that are added before and after each of `rank` dimensions. */
function amounts(pad: readonly number[], rank: number): (readonly [before: number, after: number])[] {
  return Array.from({ length: rank }, (_, d) => {
    const at = 2 * (rank - 1 - d);
    return [pad[at] ?? 0, pad[at + 1] ?? 0] as const;
  });
}

/**
 * Returns the shape after padding.
 * @throws ArgumentError for an odd number of amounts, or more than the dimensions have; ShapeError when more elements are removed than there are.
 */
export function paddedShape(op: string, shape: Shape, pad: readonly number[]): Shape {
  if (pad.length % 2 !== 0 || pad.length > 2 * shape.length || pad.some((n) => !Number.isInteger(n)))
    throw new ArgumentError(
      op,
      `pad must have two integers for each padded dimension, of which there are ${shape.length}, but got [${pad.join(", ")}]`,
    );
  const out = amounts(pad, shape.length).map(([before, after], d) => {
    const kept = shape[d] + Math.min(before, 0) + Math.min(after, 0);
    return kept < 0 ? -1 : shape[d] + before + after;
  });
  if (out.includes(-1))
    throw new ShapeError(op, `pad [${pad.join(", ")}] removes more elements than there are`, [shape]);
  return out;
}

const padOp: Run<Padding> = defineOp<Padding>({
  name: "constantPadNd",
  role: "join",
  torch: "constant_pad_nd",
  access: "function",
  signature: "input, pad, value=0",
  label: ({ pad, value }) => `pad [${pad.join(", ")}]${value === 0 ? "" : ` with ${value}`}`,
  tex: { forward: "y = x \\text{ inside, } v \\text{ outside}", vjp: "\\bar x = \\bar y \\text{ inside}" },
  outputs: ([x], { pad }) => ({ shape: paddedShape("constantPadNd", x.shape, pad), dtype: x.dtype }),
  kernel: (out, [x], { params: { pad, value }, inputs: [m], outputs: [y] }) => {
    out.fill(y.dtype === "bool" ? Number(value !== 0) : value);
    const rank = m.shape.length;
    if (rank === 0) {
      out[0] = x[0];
      return;
    }
    const sides = amounts(pad, rank);
    const sizes = sides.map(([before, after], d) => m.shape[d] + Math.min(before, 0) + Math.min(after, 0));
    if (sizes.includes(0)) return;
    const [from, to] = [contiguousStrides(m.shape), contiguousStrides(y.shape)];
    const first = (strides: readonly number[], sign: number): number =>
      sides.reduce((sum, [before], d) => sum + Math.max(sign * before, 0) * strides[d], 0);
    const [read, write] = [first(from, -1), first(to, 1)];
    const n = sizes[rank - 1];
    // the last dimension is copied as a whole
    visitElements(sizes.slice(0, -1), [from.slice(0, -1), to.slice(0, -1)], (_at, [a, b]) => {
      out.set(x.subarray(read + a, read + a + n), write + b);
    });
  },
  saves: {},
  vjp: (g, { params: { pad } }) => [padOp([g], { pad: pad.map((n) => -n), value: 0 })],
  jvp: ([dx], { params: { pad } }) => padOp([dx as Tensor], { pad, value: 0 }),
  // the amounts are counted from the last dimension
  complex: "parts",
  batch: ([x], _batched, params) => padOp([x], params),
  samples: (r) => [
    { input: r.normal([2, 3]), pad: [1, 2], value: 1.5 },
    { input: r.normal([3, 2, 4]), pad: [-1, 2, 0, 1, 2, -1] },
  ],
  call: constantPadNd,
});

/**
 * Returns the tensor with a constant added before and after its last dimensions. `pad` has the number of elements before and after the last dimension, then
 * of the one before it, and so on; a negative number removes elements. The gradient is that of the elements inside.
 * @throws ArgumentError for an odd number of amounts, or more than the dimensions have; ShapeError when more elements are removed than there are.
 * @example constantPadNd(tensor([1, 2]), [1, 2], 9).toArray(); // [9, 1, 2, 9, 9]
 */
export function constantPadNd(
  input: Tensor,
  pad: readonly number[],
  value: number | ComplexNumber | { readonly value?: number | ComplexNumber } = 0,
): Tensor {
  const x = requireTensor("constantPadNd", input);
  paddedShape("constantPadNd", x.shape, pad);
  const v = typeof value === "number" || isComplexNumber(value) ? value : (value.value ?? 0);
  if (isComplex(x.dtype) && v !== 0) {
    const { re, im } = typeof v === "number" ? { re: v, im: 0 } : v;
    return complex(constantPadNd(real(x), pad, re), constantPadNd(imag(x), pad, im));
  }
  if (typeof v !== "number")
    throw new DTypeError("constantPadNd", "a complex constant needs a complex tensor", [x.dtype]);
  return padOp([x], { pad: [...pad], value: v });
}
