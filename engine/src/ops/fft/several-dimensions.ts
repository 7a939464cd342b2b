/** Fourier transforms along two dimensions, or several. */
import { defineComposite } from "../../dispatch/define.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Dims } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { viewAsComplex } from "../shape/view-as-complex.ts";
import {
  checkLength,
  complexSignalOf,
  type FftNorm,
  type FftnOptions,
  optionsOf,
  realSignalOf,
  resized,
  scaleOf,
  signalOf,
  sizesOf,
} from "./arguments.ts";
import { halfOf } from "./lines.ts";
import { complexToComplex, complexToReal, realToComplex } from "./transform-ops.ts";

/** A transform along several dimensions. */
type Transform = (input: Tensor, s?: Dims | null | FftnOptions, dim?: Dims | null, norm?: FftNorm | null) => Tensor;

const complexSamples = (r: SampleSource): Arguments[] => [
  { input: viewAsComplex(r.normal([3, 4, 2])) },
  { input: viewAsComplex(r.normal([2, 3, 4, 2])), s: [4, 5], dim: [2, 0], norm: "ortho" },
];

const realSamples = (r: SampleSource): Arguments[] => [
  { input: r.normal([3, 4]) },
  { input: r.normal([2, 3, 4]), s: [4, 5], dim: [2, 0], norm: "ortho" },
];

/** Defines a transform of two dimensions, by default the last ones, or of several, by default all. */
const transform = (
  name: string,
  tex: string,
  samples: (r: SampleSource) => Arguments[],
  body: (input: Tensor, options: FftnOptions) => Tensor,
): Transform => {
  const isPlane = name.endsWith("2");
  const otherwise = isPlane ? [-2, -1] : null;
  return defineComposite(
    {
      name,
      torch: `fft.${name}`,
      access: "function",
      signature: `input, s=null, dim=${isPlane ? "[-2,-1]" : "null"}, norm=null`,
      tex,
      samples,
    },
    (input: Tensor, s?: Dims | null | FftnOptions, dim?: Dims | null, norm: FftNorm | null = null): Tensor => {
      const options = optionsOf<FftnOptions>(s, { s: s as Dims | null, dim: dim ?? null, norm });
      return body(input, { ...options, dim: options.dim ?? otherwise });
    },
  );
};

const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1);

/** @throws ArgumentError for no dimension. */
function requireDims(op: string, dims: readonly number[]): void {
  if (dims.length === 0) throw new ArgumentError(op, "at least one dimension must be transformed");
}

/** Returns the transform of complex numbers in one of the directions. */
const complexTransform =
  (op: string, forward: boolean) =>
  (input: Tensor, options: FftnOptions): Tensor => {
    const x = signalOf(op, input);
    const { dims, sizes } = sizesOf(op, x.shape, options);
    for (const n of sizes) checkLength(op, n);
    const scale = scaleOf(op, options.norm, product(sizes), forward);
    return complexToComplex([resized(op, x, dims, sizes)], { dims, forward, scale });
  };

/** Returns half of the transform of real numbers. */
const realTransform =
  (op: string, forward: boolean) =>
  (input: Tensor, options: FftnOptions): Tensor => {
    const x = realSignalOf(op, input);
    const { dims, sizes } = sizesOf(op, x.shape, options);
    requireDims(op, dims);
    for (const n of sizes) checkLength(op, n);
    const scale = scaleOf(op, options.norm, product(sizes), forward);
    return realToComplex([resized(op, x, dims, sizes)], { dims, forward, scale, middle: 1 });
  };

/** Returns the real transform of Hermitian numbers, of which half is given along the last dimension. */
const hermitianTransform =
  (op: string, forward: boolean) =>
  (input: Tensor, options: FftnOptions): Tensor => {
    const x = complexSignalOf(op, input);
    const { dims, sizes } = sizesOf(op, x.shape, options);
    requireDims(op, dims);
    const last = dims.length - 1;
    const lengths = typeof options.s === "number" ? [options.s] : options.s;
    const isGiven = lengths !== null && lengths !== undefined && lengths[last] !== -1;
    const n = checkLength(op, isGiven ? sizes[last] : 2 * (sizes[last] - 1));
    const full = sizes.with(last, n);
    for (const size of full) checkLength(op, size);
    const half = resized(op, x, dims, sizes.with(last, halfOf(n)));
    const scale = scaleOf(op, options.norm, product(full), forward);
    return complexToReal([half], { dims, n, forward, scale, middle: 1 });
  };

/**
 * Returns the discrete Fourier transform along two dimensions, the last ones by default. The result is complex. `s` cuts the input or pads it with zeros; `norm` is that of `fft`.
 * @throws ArgumentError for a length below 1, or other numbers of lengths and dimensions; IndexError for a dimension out of range, or named twice.
 * @example fft.fft2(tensor([[1, 0], [0, 0]])).real().toArray(); // [[1, 1], [1, 1]]
 */
export const fft2: Transform = transform(
  "fft2",
  "y_{kl} = \\textstyle\\sum_{ij} x_{ij} e^{-2 \\pi i (ik / n + jl / m)}",
  complexSamples,
  complexTransform("fft2", true),
);

/**
 * Returns the inverse discrete Fourier transform along two dimensions, the last ones by default. The result is complex. `s` cuts the input or pads it with zeros; `norm` is that
 * of `ifft`.
 * @throws ArgumentError for a length below 1, or other numbers of lengths and dimensions; IndexError for a dimension out of range, or named twice.
 * @example fft.ifft2(fft.fft2(tensor([[1, 2], [3, 4]]))).real().toArray(); // [[1, 2], [3, 4]]
 */
export const ifft2: Transform = transform(
  "ifft2",
  "y_{ij} = \\tfrac1{nm} \\textstyle\\sum_{kl} x_{kl} e^{2 \\pi i (ik / n + jl / m)}",
  complexSamples,
  complexTransform("ifft2", false),
);

/**
 * Returns the discrete Fourier transform along several dimensions, by default all, or the last ones for which `s` has lengths. The result is complex. `s` cuts the input or pads
 * it with zeros; `norm` is that of `fft`.
 * @throws ArgumentError for a length below 1, or other numbers of lengths and dimensions; IndexError for a dimension out of range, or named twice.
 * @example fft.fftn(tensor([[1, 0], [0, 0]])).real().toArray(); // [[1, 1], [1, 1]]
 */
export const fftn: Transform = transform(
  "fftn",
  "y_k = \\textstyle\\sum_j x_j e^{-2 \\pi i \\langle j, k / n \\rangle}",
  complexSamples,
  complexTransform("fftn", true),
);

/**
 * Returns the inverse discrete Fourier transform along several dimensions, by default all, or the last ones for which `s` has lengths. The result is complex. `s` cuts the input
 * or pads it with zeros; `norm` is that of `ifft`.
 * @throws ArgumentError for a length below 1, or other numbers of lengths and dimensions; IndexError for a dimension out of range, or named twice.
 * @example fft.ifftn(fft.fftn(tensor([[1, 2], [3, 4]]))).real().toArray(); // [[1, 2], [3, 4]]
 */
export const ifftn: Transform = transform(
  "ifftn",
  "y_j = \\tfrac1{|n|} \\textstyle\\sum_k x_k e^{2 \\pi i \\langle j, k / n \\rangle}",
  complexSamples,
  complexTransform("ifftn", false),
);

/**
 * Returns the discrete Fourier transform of real numbers along two dimensions, the last ones by default: in the last one, its first half. `s` cuts the input or pads it with
 * zeros; `norm` is that of `fft`.
 * @throws DTypeError for complex numbers; ArgumentError for a length below 1; IndexError for a dimension out of range, or named twice.
 * @example fft.rfft2(zeros([4, 6])).shape; // [4, 4]
 */
export const rfft2: Transform = transform(
  "rfft2",
  "y_{kl} = \\textstyle\\sum_{ij} x_{ij} e^{-2 \\pi i (ik / n + jl / m)},\\ l \\le m / 2",
  realSamples,
  realTransform("rfft2", true),
);

/**
 * Returns the inverse of `rfft2`: real numbers, from a transform of which the first half is given in the last of two dimensions, the last ones by default. `s` has the lengths of
 * the result; `norm` is that of `ifft`.
 * @throws ArgumentError for a length below 1; IndexError for a dimension out of range, or named twice.
 * @example fft.irfft2(fft.rfft2(tensor([[1, 2], [3, 4]]))).toArray(); // [[1, 2], [3, 4]]
 */
export const irfft2: Transform = transform(
  "irfft2",
  "y_{ij} = \\tfrac1{nm} \\textstyle\\sum_{kl} x_{kl} e^{2 \\pi i (ik / n + jl / m)}",
  complexSamples,
  hermitianTransform("irfft2", false),
);

/**
 * Returns the discrete Fourier transform of real numbers along several dimensions, by default all, or the last ones for which `s` has lengths: in the last one, its first half.
 * `s` cuts the input or pads it with zeros; `norm` is that of `fft`.
 * @throws DTypeError for complex numbers; ArgumentError for a length below 1, or no dimension; IndexError for a dimension out of range, or named twice.
 * @example fft.rfftn(zeros([4, 6])).shape; // [4, 4]
 */
export const rfftn: Transform = transform(
  "rfftn",
  "y_k = \\textstyle\\sum_j x_j e^{-2 \\pi i \\langle j, k / n \\rangle}",
  realSamples,
  realTransform("rfftn", true),
);

/**
 * Returns the inverse of `rfftn`: real numbers, from a transform of which the first half is given in the last of the dimensions, by default all, or the last ones for which `s` has
 * lengths. `s` has the lengths of the result; `norm` is that of `ifft`.
 * @throws ArgumentError for a length below 1, or no dimension; IndexError for a dimension out of range, or named twice.
 * @example fft.irfftn(fft.rfftn(tensor([[1, 2], [3, 4]]))).toArray(); // [[1, 2], [3, 4]]
 */
export const irfftn: Transform = transform(
  "irfftn",
  "y_j = \\tfrac1{|n|} \\textstyle\\sum_k x_k e^{2 \\pi i \\langle j, k / n \\rangle}",
  complexSamples,
  hermitianTransform("irfftn", false),
);

/**
 * Returns the discrete Fourier transform of a Hermitian signal, of which the first half is given in the last of two dimensions, the last ones by default: real numbers. `s` has the
 * lengths of the result; `norm` is that of `fft`.
 * @throws ArgumentError for a length below 1; IndexError for a dimension out of range, or named twice.
 * @example fft.hfft2(fft.ihfft2(tensor([[1, 2], [3, 4]]))).toArray(); // [[1, 2], [3, 4]]
 */
export const hfft2: Transform = transform(
  "hfft2",
  "y_{kl} = \\textstyle\\sum_{ij} x_{ij} e^{-2 \\pi i (ik / n + jl / m)}",
  complexSamples,
  hermitianTransform("hfft2", true),
);

/**
 * Returns the inverse of `hfft2`: in the last of two dimensions, the last ones by default, the first half of a Hermitian signal, from real numbers. `s` cuts the input or pads it
 * with zeros; `norm` is that of `ifft`.
 * @throws DTypeError for complex numbers; ArgumentError for a length below 1; IndexError for a dimension out of range, or named twice.
 * @example fft.ihfft2(zeros([4, 6])).shape; // [4, 4]
 */
export const ihfft2: Transform = transform(
  "ihfft2",
  "y_{ij} = \\tfrac1{nm} \\textstyle\\sum_{kl} x_{kl} e^{2 \\pi i (ik / n + jl / m)},\\ j \\le m / 2",
  realSamples,
  realTransform("ihfft2", false),
);

/**
 * Returns the discrete Fourier transform of a Hermitian signal, of which the first half is given in the last of the dimensions, by default all, or the last ones for which `s` has
 * lengths: real numbers. `s` has the lengths of the result; `norm` is that of `fft`.
 * @throws ArgumentError for a length below 1, or no dimension; IndexError for a dimension out of range, or named twice.
 * @example fft.hfftn(fft.ihfftn(tensor([[1, 2], [3, 4]]))).toArray(); // [[1, 2], [3, 4]]
 */
export const hfftn: Transform = transform(
  "hfftn",
  "y_k = \\textstyle\\sum_j x_j e^{-2 \\pi i \\langle j, k / n \\rangle}",
  complexSamples,
  hermitianTransform("hfftn", true),
);

/**
 * Returns the inverse of `hfftn`: in the last of the dimensions, by default all, or the last ones for which `s` has lengths, the first half of a Hermitian signal, from real numbers.
 * `s` cuts the input or pads it with zeros; `norm` is that of `ifft`.
 * @throws DTypeError for complex numbers; ArgumentError for a length below 1, or no dimension; IndexError for a dimension out of range, or named twice.
 * @example fft.ihfftn(zeros([4, 6])).shape; // [4, 4]
 */
export const ihfftn: Transform = transform(
  "ihfftn",
  "y_j = \\tfrac1{|n|} \\textstyle\\sum_k x_k e^{2 \\pi i \\langle j, k / n \\rangle}",
  realSamples,
  realTransform("ihfftn", false),
);
