/** Complex tensors as pairs of real numbers, and back. */
import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { complexDType, isComplex, isFloating, realDType } from "../../tensor/dtype.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { contiguous } from "./reshape.ts";
import { select } from "./window.ts";

const viewAsRealOp: Run<null> = defineOp<null>({
  name: "viewAsReal",
  torch: "view_as_real",
  access: "method",
  signature: "input",
  label: () => "as real",
  tex: { forward: "y = (\\operatorname{Re} x, \\operatorname{Im} x)", vjp: "\\bar x = \\bar y_0 + i \\bar y_1" },
  view: ({ shape, strides, offset, dtype }) => ({
    shape: [...shape, 2],
    strides: [...strides.map((s) => 2 * s), 1],
    offset: 2 * offset,
    dtype: realDType(dtype),
  }),
  saves: {},
  vjp: (g) => [viewAsComplex(contiguous(g))],
  jvp: "linear",
  batch: ([x]) => viewAsReal(x),
  samples: (r) => [{ input: viewAsComplex(r.normal([3, 2])) }, { input: viewAsComplex(r.normal([2, 3, 2])) }],
  call: viewAsReal,
});

/**
 * Returns a view of a complex tensor as real numbers, with a new last dimension of size 2: real and imaginary part.
 * @throws DTypeError for a real tensor.
 * @example viewAsReal(tensor([{ re: 1, im: 2 }])).toArray(); // [[1, 2]]
 */
export function viewAsReal(input: Tensor): Tensor {
  const x = requireTensor("viewAsReal", input);
  if (!isComplex(x.dtype)) throw new DTypeError("viewAsReal", "expected a complex tensor", [x.dtype]);
  return viewAsRealOp([x], null);
}

const viewAsComplexOp: Run<null> = defineOp<null>({
  name: "viewAsComplex",
  torch: "view_as_complex",
  access: "method",
  signature: "input",
  label: () => "as complex",
  tex: {
    forward: "y = x_0 + i x_1",
    vjp: "\\bar x = (\\operatorname{Re} \\bar y, \\operatorname{Im} \\bar y)",
  },
  view: ({ shape, strides, offset, dtype }) => ({
    shape: shape.slice(0, -1),
    strides: strides.slice(0, -1).map((s) => s / 2),
    offset: offset / 2,
    dtype: complexDType(dtype),
  }),
  saves: {},
  vjp: (g) => [viewAsReal(g)],
  jvp: ([t]) => viewAsComplex(contiguous(t as Tensor)),
  batch: ([x]) => viewAsComplex(x),
  samples: (r) => [{ input: r.normal([3, 2]) }, { input: r.normal([2, 3, 2]) }],
  call: viewAsComplex,
});

/**
 * Returns a view of a float32 or float64 tensor as complex numbers, of which the last dimension, of size 2, has the real and imaginary part.
 * @throws ShapeError when the last dimension is not of size 2, or the elements do not lie in memory as pairs: `contiguous` makes them.
 * @throws DTypeError for another dtype than float32 or float64.
 * @example viewAsComplex(tensor([[1, 2]])).toArray(); // [{ re: 1, im: 2 }]
 */
export function viewAsComplex(input: Tensor): Tensor {
  const x = requireTensor("viewAsComplex", input);
  if (!isFloating(x.dtype)) throw new DTypeError("viewAsComplex", "expected float32 or float64", [x.dtype]);
  if (x.ndim === 0 || x.size(-1) !== 2)
    throw new ShapeError("viewAsComplex", "the last dimension must have size 2", [x.shape]);
  const { strides, offset, shape } = x;
  const isPaired = strides[x.ndim - 1] === 1 && strides.slice(0, -1).every((s, d) => s % 2 === 0 || shape[d] <= 1);
  if (!isPaired || offset % 2 !== 0)
    throw new ShapeError("viewAsComplex", "the elements must lie in memory as pairs; use contiguous()", [x.shape]);
  return viewAsComplexOp([x], null);
}

/**
 * Returns a view of the real parts of a complex tensor; a real tensor itself. The gradient has the imaginary part 0.
 * @example real(tensor([{ re: 1, im: 2 }])).toArray(); // [1]
 */
export const real: (input: Tensor) => Tensor = defineComposite(
  {
    name: "real",
    torch: "real",
    access: "method",
    signature: "input",
    tex: "y = \\operatorname{Re} x",
    samples: (r) => [{ input: viewAsComplex(r.normal([3, 2])) }, { input: r.normal([2, 3]) }],
  },
  (input: Tensor): Tensor => {
    const x = requireTensor("real", input);
    return isComplex(x.dtype) ? select(viewAsReal(x), -1, 0) : x;
  },
);

/**
 * Returns a view of the imaginary parts of a complex tensor. The gradient has the real part 0.
 * @throws DTypeError for a real tensor.
 * @example imag(tensor([{ re: 1, im: 2 }])).toArray(); // [2]
 */
export const imag: (input: Tensor) => Tensor = defineComposite(
  {
    name: "imag",
    torch: "imag",
    access: "method",
    signature: "input",
    tex: "y = \\operatorname{Im} x",
    samples: (r) => [{ input: viewAsComplex(r.normal([3, 2])) }, { input: viewAsComplex(r.normal([2, 3, 2])) }],
  },
  (input: Tensor): Tensor => {
    const x = requireTensor("imag", input);
    if (!isComplex(x.dtype)) throw new DTypeError("imag", "expected a complex tensor", [x.dtype]);
    return select(viewAsReal(x), -1, 1);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a view of a complex tensor as real numbers, with a new last dimension: real and imaginary part. */
    viewAsReal(): Tensor;
    /** Returns a view of a real tensor as complex numbers, of which the last dimension has the real and imaginary part. */
    viewAsComplex(): Tensor;
    /** Returns a view of the real parts; a real tensor itself. */
    real(): Tensor;
    /** Returns a view of the imaginary parts of a complex tensor. */
    imag(): Tensor;
  }
}
