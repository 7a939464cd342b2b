/** Complex tensors from real ones, and conjugation. */
import { complexMapper } from "../../dispatch/complex-loops.ts";
import { defineComposite, defineFunction, defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { full, zeros } from "../../tensor/create.ts";
import { complexDType, isComplex, isFloating } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { imag, real, viewAsComplex } from "../shape/view-as-complex.ts";
import { mul } from "./arithmetic.ts";
import { eq } from "./compare.ts";
import { cos, sin } from "./exponential.ts";

/** @throws DTypeError for tensors of different dtypes, or of others than float32 and float64. */
function requireFloats(op: string, x: Meta, z: Meta): void {
  if (!isFloating(x.dtype) || x.dtype !== z.dtype)
    throw new DTypeError(op, "expected two float32 tensors or two float64 tensors", [x.dtype, z.dtype]);
}

const zerosOf = ({ shape, dtype }: Meta): Tensor => zeros(shape, { dtype });

const complexOp: Run<null> = defineOp<null>({
  name: "complex",
  torch: "complex",
  access: "function",
  signature: "real, imag",
  label: () => "complex",
  tex: {
    forward: "y = x + i z",
    vjp: "\\bar x = \\operatorname{Re} \\bar y,\\ \\bar z = \\operatorname{Im} \\bar y",
  },
  keepsFinite: "both",
  outputs: ([x, z]) => {
    requireFloats("complex", x, z);
    return { shape: broadcastShapes("complex", [x.shape, z.shape]), dtype: complexDType(x.dtype) };
  },
  kernel: (out, [re, im], { inputs, outputs: [{ shape }] }) => {
    const strides = inputs.map((m) => broadcastStrides(m.shape, contiguousStrides(m.shape), shape));
    visitElements(shape, strides, (at, [i, j]) => {
      out[2 * at] = re[i];
      out[2 * at + 1] = im[j];
    });
  },
  saves: {},
  vjp: (g, { needs }) => [needs[0] ? real(g) : null, needs[1] ? imag(g) : null],
  jvp: ([dx, dz], { metas: [x, z] }) => complex(dx ?? zerosOf(x), dz ?? zerosOf(z)),
  batch: "elementwise",
  samples: (r) => [
    { real: r.normal([2, 3]), imag: r.normal([2, 3]) },
    { real: r.normal([3]), imag: r.normal([2, 1]) },
  ],
  call: complex,
});

/**
 * Returns the complex tensor `real + i imag`, with broadcasting: complex64 from float32, complex128 from float64.
 * @throws DTypeError for tensors of different dtypes, or of others than float32 and float64; ShapeError when the shapes do not broadcast.
 * @example complex(tensor([1]), tensor([2])).toArray(); // [{ re: 1, im: 2 }]
 */
export function complex(real: Tensor, imag: Tensor): Tensor {
  return complexOp([requireTensor("complex", real), requireTensor("complex", imag)], null);
}

/**
 * Returns the complex tensor of absolute value `abs` and angle `angle` in radians, abs (cos angle + i sin angle), with broadcasting.
 * @throws DTypeError for tensors of different dtypes, or of others than float32 and float64; ShapeError when the shapes do not broadcast.
 * @example polar(tensor([2]), tensor([0])).toArray(); // [{ re: 2, im: 0 }]
 */
export const polar: (abs: Tensor, angle: Tensor) => Tensor = defineComposite(
  {
    name: "polar",
    torch: "polar",
    access: "function",
    signature: "abs, angle",
    tex: "y = r e^{i \\varphi}",
    samples: (r) => [
      { abs: r.uniform([2, 3], 0.5, 2), angle: r.normal([2, 3]) },
      { abs: r.uniform([3], 0.5, 2), angle: r.normal([2, 1]) },
    ],
  },
  (abs: Tensor, angle: Tensor): Tensor => {
    const [r, t] = [requireTensor("polar", abs), requireTensor("polar", angle)];
    requireFloats("polar", r, t);
    return complex(mul(r, cos(t)), mul(r, sin(t)));
  },
);

const conjOp: Run<null> = defineOp<null>({
  name: "conjPhysical",
  torch: "conj_physical",
  access: "in-place",
  signature: "input",
  label: () => "conj",
  tex: { forward: "y = \\overline{x}", vjp: "\\bar x = \\overline{\\bar y}" },
  keepsFinite: "both",
  outputs: ([x]) => x,
  kernel: (out, [x]) => out.set(x),
  complex: complexMapper(({ re, im }) => ({ re, im: -im })),
  saves: {},
  vjp: (g) => [conj(g)],
  jvp: "linear",
  batch: "elementwise",
  samples: (r) => [{ input: viewAsComplex(r.normal([3, 2])) }, { input: r.normal([2, 3]) }],
  call: conjPhysical,
});

/**
 * Returns the complex conjugate of each element, in new storage; of a real tensor a copy.
 * @example conjPhysical(tensor([{ re: 1, im: 2 }])).toArray(); // [{ re: 1, im: -2 }]
 */
export function conjPhysical(input: Tensor): Tensor {
  const x = requireTensor("conjPhysical", input);
  return isComplex(x.dtype) ? conjOp([x], null) : x;
}

/**
 * Returns the complex conjugate of each element; a real tensor itself. It is computed at once, where PyTorch returns a view that is conjugated when it is read.
 * @example conj(tensor([{ re: 1, im: 2 }])).toArray(); // [{ re: 1, im: -2 }]
 */
export const conj: (input: Tensor) => Tensor = defineFunction(
  {
    name: "conj",
    torch: "conj",
    access: "method",
    signature: "input",
    tex: "y = \\overline{x}",
    samples: (r) => [{ input: viewAsComplex(r.normal([3, 2])) }, { input: r.normal([2, 3]) }],
  },
  (input: Tensor): Tensor => {
    const x = requireTensor("conj", input);
    return isComplex(x.dtype) ? conjOp([x], null) : x;
  },
);

/**
 * Returns whether the imaginary part of each element is 0; the result is bool.
 * @example isreal(tensor([{ re: 1, im: 2 }, { re: 1, im: 0 }])).toArray(); // [false, true]
 */
export const isreal: (input: Tensor) => Tensor = defineComposite(
  {
    name: "isreal",
    torch: "isreal",
    access: "method",
    signature: "input",
    tex: "y = [\\operatorname{Im} x = 0]",
    samples: (r) => [{ input: r.normal([3]) }, { input: viewAsComplex(r.normal([3, 2])) }],
  },
  (input: Tensor): Tensor => {
    const x = requireTensor("isreal", input);
    return isComplex(x.dtype) ? eq(imag(x), 0) : full(x.shape, true);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the complex conjugate of each element; a real tensor itself. */
    conj(): Tensor;
    /** Returns the complex conjugate of each element, in new storage; a real tensor itself. */
    conjPhysical(): Tensor;
    /** Conjugates each element in place. */
    conjPhysical_(): Tensor;
    /** Returns whether the imaginary part of each element is 0. */
    isreal(): Tensor;
  }
}
