/** Fourier transforms along one dimension. */
import { defineComposite } from "../../dispatch/define.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { viewAsComplex } from "../shape/view-as-complex.ts";
import {
  checkLength,
  complexSignalOf,
  dimOf,
  type FftNorm,
  type FftOptions,
  optionsOf,
  realSignalOf,
  resized,
  scaleOf,
  signalOf,
} from "./arguments.ts";
import { halfOf } from "./lines.ts";
import { complexToComplex, complexToReal, realToComplex } from "./transform-ops.ts";

/** A transform along one dimension. */
type Transform = (input: Tensor, n?: number | null | FftOptions, dim?: number, norm?: FftNorm | null) => Tensor;

const complexSamples = (r: SampleSource): Arguments[] => [
  { input: viewAsComplex(r.normal([5, 2])) },
  { input: viewAsComplex(r.normal([3, 4, 2])), n: 6, dim: 0, norm: "ortho" },
];

const realSamples = (r: SampleSource): Arguments[] => [
  { input: r.normal([5]) },
  { input: r.normal([3, 4]), n: 6, dim: 0, norm: "ortho" },
];

/** Defines a transform along one dimension. */
const transform = (
  name: string,
  tex: string,
  samples: (r: SampleSource) => Arguments[],
  body: (input: Tensor, options: FftOptions) => Tensor,
): Transform =>
  defineComposite(
    { name, torch: `fft.${name}`, access: "function", signature: "input, n=null, dim=-1, norm=null", tex, samples },
    (input: Tensor, n?: number | null | FftOptions, dim = -1, norm: FftNorm | null = null): Tensor =>
      body(input, optionsOf<FftOptions>(n, { n: n as number | null, dim, norm })),
  );

/** Returns the transform of complex numbers in one of the directions. */
const complexTransform =
  (op: string, forward: boolean) =>
  (input: Tensor, { n, dim = -1, norm }: FftOptions): Tensor => {
    const x = signalOf(op, input);
    const d = dimOf(op, dim, x);
    const count = checkLength(op, n ?? x.shape[d]);
    return complexToComplex([resized(op, x, [d], [count])], {
      dims: [d],
      forward,
      scale: scaleOf(op, norm, count, forward),
    });
  };

/** Returns half of the transform of real numbers. */
const realTransform =
  (op: string, forward: boolean) =>
  (input: Tensor, { n, dim = -1, norm }: FftOptions): Tensor => {
    const x = realSignalOf(op, input);
    const d = dimOf(op, dim, x);
    const count = checkLength(op, n ?? x.shape[d]);
    const scale = scaleOf(op, norm, count, forward);
    return realToComplex([resized(op, x, [d], [count])], { dims: [d], forward, scale, middle: 1 });
  };

/** Returns the real transform of Hermitian numbers of which half is given. */
const hermitianTransform =
  (op: string, forward: boolean) =>
  (input: Tensor, { n, dim = -1, norm }: FftOptions): Tensor => {
    const x = complexSignalOf(op, input);
    const d = dimOf(op, dim, x);
    const count = checkLength(op, n ?? 2 * (x.shape[d] - 1));
    const scale = scaleOf(op, norm, count, forward);
    return complexToReal([resized(op, x, [d], [halfOf(count)])], { dims: [d], n: count, forward, scale, middle: 1 });
  };

/**
 * Returns the discrete Fourier transform along a dimension, Xₖ = Σ xⱼ e^(-2πijk/n). The result is complex. `n` cuts the input or pads it with zeros; `norm` says whether the
 * forward transform is divided by n ("forward"), by √n ("ortho") or not ("backward").
 * @throws ArgumentError for n below 1; IndexError for a dimension out of range.
 * @example fft.fft(tensor([1, 0, 0, 0])).real().toArray(); // [1, 1, 1, 1]
 */
export const fft: Transform = transform(
  "fft",
  "y_k = \\textstyle\\sum_j x_j e^{-2 \\pi i j k / n}",
  complexSamples,
  complexTransform("fft", true),
);

/**
 * Returns the inverse discrete Fourier transform along a dimension, xⱼ = 1/n Σ Xₖ e^(2πijk/n). The result is complex. `n` cuts the input or pads it with zeros; `norm` says
 * whether the inverse transform is divided by n ("backward"), by √n ("ortho") or not ("forward").
 * @throws ArgumentError for n below 1; IndexError for a dimension out of range.
 * @example fft.ifft(fft.fft(tensor([1, 2]))).real().toArray(); // [1, 2]
 */
export const ifft: Transform = transform(
  "ifft",
  "y_j = \\tfrac1n \\textstyle\\sum_k x_k e^{2 \\pi i j k / n}",
  complexSamples,
  complexTransform("ifft", false),
);

/**
 * Returns the discrete Fourier transform of real numbers along a dimension: its first ⌊n/2⌋ + 1 elements, of which the others are the conjugates. `n` cuts the input or pads it
 * with zeros; `norm` is that of `fft`.
 * @throws DTypeError for complex numbers; ArgumentError for n below 1; IndexError for a dimension out of range.
 * @example fft.rfft(tensor([1, 2, 3, 4])).shape; // [3]
 */
export const rfft: Transform = transform(
  "rfft",
  "y_k = \\textstyle\\sum_j x_j e^{-2 \\pi i j k / n},\\ k \\le n / 2",
  realSamples,
  realTransform("rfft", true),
);

/**
 * Returns the inverse of `rfft` along a dimension: real numbers, from the first ⌊n/2⌋ + 1 elements of a Hermitian signal. `n` is the length of the result, 2(m - 1) for m elements
 * by default; `norm` is that of `ifft`. Imaginary parts of the first element, and for even n of the last, are ignored.
 * @throws ArgumentError for n below 1; IndexError for a dimension out of range.
 * @example fft.irfft(fft.rfft(tensor([1, 2, 3, 4]))).toArray(); // [1, 2, 3, 4]
 */
export const irfft: Transform = transform(
  "irfft",
  "y_j = \\tfrac1n \\textstyle\\sum_k x_k e^{2 \\pi i j k / n}",
  complexSamples,
  hermitianTransform("irfft", false),
);

/**
 * Returns the discrete Fourier transform along a dimension of a Hermitian signal, of which the first ⌊n/2⌋ + 1 elements are given: real numbers. `n` is the length of the result,
 * 2(m - 1) for m elements by default; `norm` is that of `fft`.
 * @throws ArgumentError for n below 1; IndexError for a dimension out of range.
 * @example fft.hfft(fft.ihfft(tensor([1, 2, 3, 4]))).toArray(); // [1, 2, 3, 4]
 */
export const hfft: Transform = transform(
  "hfft",
  "y_k = \\textstyle\\sum_j x_j e^{-2 \\pi i j k / n}",
  complexSamples,
  hermitianTransform("hfft", true),
);

/**
 * Returns the inverse of `hfft` along a dimension: the first ⌊n/2⌋ + 1 elements of a Hermitian signal, from real numbers. `n` cuts the input or pads it with zeros; `norm` is
 * that of `ifft`.
 * @throws DTypeError for complex numbers; ArgumentError for n below 1; IndexError for a dimension out of range.
 * @example fft.ihfft(tensor([1, 2, 3, 4])).shape; // [3]
 */
export const ihfft: Transform = transform(
  "ihfft",
  "y_j = \\tfrac1n \\textstyle\\sum_k x_k e^{2 \\pi i j k / n},\\ j \\le n / 2",
  realSamples,
  realTransform("ihfft", false),
);
