/** The ops that all Fourier transforms are made of: complex to complex, real to half of a Hermitian result, and back. */
import { complexElements } from "../../dispatch/complex-loops.ts";
import { defineOp, type Run } from "../../dispatch/define.ts";
import type { Kernel } from "../../dispatch/spec.ts";
import { complexDType, isComplex, realDType } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { contiguous } from "../shape/reshape.ts";
import { real, viewAsComplex } from "../shape/view-as-complex.ts";
import { halfOf, transformHermitian, transformLines, transformReal, weigh } from "./lines.ts";

/** Parameters of a transform of complex numbers. */
export interface ComplexTransform {
  readonly dims: readonly number[];
  /** Whether the exponents are negative. */
  readonly forward: boolean;
  /** Factor of the result. */
  readonly scale: number;
}

/** Parameters of a transform from real numbers, or to them. The last of the dimensions is the one of which half is stored. */
export interface RealTransform extends ComplexTransform {
  /** Factor of the elements, along that dimension, that stand for their conjugates as well: 1, or another one in a gradient. */
  readonly middle: number;
}

/** Parameters of a transform to real numbers. */
interface HermitianTransform extends RealTransform {
  /** Size of the last dimension of the result. */
  readonly n: number;
}

const behindBatch = <P extends { readonly dims: readonly number[] }>(p: P): P => ({
  ...p,
  dims: p.dims.map((d) => d + 1),
});

const transformKernel: Kernel<ComplexTransform> = (out, [x], { params, inputs: [m] }) => {
  const work = Float64Array.from(complexElements(x, m.dtype, complexDType(m.dtype)));
  transformLines(work, m.shape, params.dims, params.forward);
  for (let i = 0; i < out.length; i++) out[i] = work[i] * params.scale;
};

/** The transform of complex numbers, or of real ones as complex. */
export const complexToComplex: Run<ComplexTransform> = defineOp<ComplexTransform>({
  name: "fftComplexToComplex",
  torch: "ops.aten._fft_c2c",
  access: "internal",
  signature: "input, dims, forward, scale",
  label: ({ forward, dims }) => `${forward ? "fft" : "ifft"} dim ${dims.join(", ")}`,
  tex: {
    forward: "y_k = s \\textstyle\\sum_j x_j e^{\\mp 2 \\pi i j k / n}",
    vjp: "\\bar x_j = s \\textstyle\\sum_k \\bar y_k e^{\\pm 2 \\pi i j k / n}",
  },
  outputs: ([x]) => ({ shape: x.shape, dtype: complexDType(x.dtype) }),
  kernel: transformKernel,
  complex: transformKernel,
  saves: {},
  vjp: (g, { params, metas: [x] }) => {
    const d = complexToComplex([g], { ...params, forward: !params.forward });
    return [isComplex(x.dtype) ? d : contiguous(real(d))];
  },
  jvp: "linear",
  batch: ([x], _batched, p) => complexToComplex([x], behindBatch(p)),
  samples: (r) => [
    { input: viewAsComplex(r.normal([3, 2])), dims: [0], forward: true, scale: 1 },
    { input: r.normal([2, 5]), dims: [0, 1], forward: false, scale: 0.5 },
  ],
  call: (input: Tensor, dims: readonly number[], forward: boolean, scale: number) =>
    complexToComplex([input], { dims, forward, scale }),
});

/** The transform of real numbers: along the last of the dimensions, the first half of the result, which is Hermitian. */
export const realToComplex: Run<RealTransform> = defineOp<RealTransform>({
  name: "fftRealToComplex",
  torch: "ops.aten._fft_r2c",
  access: "internal",
  signature: "input, dims, forward, scale, middle",
  label: ({ dims }) => `rfft dim ${dims.join(", ")}`,
  tex: {
    forward: "y_k = s \\textstyle\\sum_j x_j e^{\\mp 2 \\pi i j k / n}",
    vjp: "\\bar x_j = s \\operatorname{Re} \\textstyle\\sum_k \\bar y_k e^{\\pm 2 \\pi i j k / n}",
  },
  outputs: ([x], { dims }) => {
    const last = dims[dims.length - 1];
    return { shape: x.shape.with(last, halfOf(x.shape[last])), dtype: complexDType(x.dtype) };
  },
  kernel: (out, [x], { params: { dims, forward, scale, middle }, inputs: [m], outputs: [y] }) => {
    const work = new Float64Array(out.length);
    if (out.length === 0) return;
    const last = dims[dims.length - 1];
    transformReal(work, x, m.shape, last, forward);
    weigh(work, y.shape, last, m.shape[last], middle);
    transformLines(work, y.shape, dims.slice(0, -1), forward);
    for (let i = 0; i < out.length; i++) out[i] = work[i] * scale;
  },
  saves: {},
  vjp: (g, { params, metas: [x] }) => [
    complexToReal([g], {
      ...params,
      forward: !params.forward,
      middle: params.middle / 2,
      n: x.shape[params.dims[params.dims.length - 1]],
    }),
  ],
  jvp: "linear",
  batch: ([x], _batched, p) => realToComplex([x], behindBatch(p)),
  samples: (r) => [
    { input: r.normal([5]), dims: [0], forward: true, scale: 1, middle: 1 },
    { input: r.normal([2, 6]), dims: [0, 1], forward: false, scale: 0.5, middle: 2 },
  ],
  call: (input: Tensor, dims: readonly number[], forward: boolean, scale: number, middle: number) =>
    realToComplex([input], { dims, forward, scale, middle }),
});

/** The transform of Hermitian numbers, of which the input has the first half along the last of the dimensions. The result is real. */
export const complexToReal: Run<HermitianTransform> = defineOp<HermitianTransform>({
  name: "fftComplexToReal",
  torch: "ops.aten._fft_c2r",
  access: "internal",
  signature: "input, dims, n, forward, scale, middle",
  label: ({ dims }) => `irfft dim ${dims.join(", ")}`,
  tex: {
    forward: "y_j = s \\textstyle\\sum_k x_k e^{\\pm 2 \\pi i j k / n}",
    vjp: "\\bar x_k = s\\, m_k \\textstyle\\sum_j \\bar y_j e^{\\mp 2 \\pi i j k / n}",
  },
  outputs: ([x], { dims, n }) => ({ shape: x.shape.with(dims[dims.length - 1], n), dtype: realDType(x.dtype) }),
  kernel: () => {
    throw new Error("complexToReal gets complex tensors");
  },
  complex: (out, [x], { params: { dims, n, forward, scale, middle }, inputs: [m], outputs: [y] }) => {
    if (out.length === 0) return;
    const work = Float64Array.from(x);
    const last = dims[dims.length - 1];
    transformLines(work, m.shape, dims.slice(0, -1), forward);
    weigh(work, m.shape, last, n, middle);
    transformHermitian(out, work, y.shape, last, forward, scale);
  },
  saves: {},
  vjp: (g, { params: { dims, forward, scale, middle } }) => [
    realToComplex([g], { dims, scale, forward: !forward, middle: 2 * middle }),
  ],
  jvp: "linear",
  batch: ([x], _batched, p) => complexToReal([x], behindBatch(p)),
  samples: (r) => [
    { input: viewAsComplex(r.normal([3, 2])), dims: [0], n: 5, forward: false, scale: 1, middle: 1 },
    { input: viewAsComplex(r.normal([2, 4, 2])), dims: [0, 1], n: 6, forward: true, scale: 0.5, middle: 2 },
  ],
  call: (input: Tensor, dims: readonly number[], n: number, forward: boolean, scale: number, middle: number) =>
    complexToReal([input], { dims, n, forward, scale, middle }),
});
