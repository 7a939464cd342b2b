/** Frequencies of the elements of a Fourier transform, and the order in which they stand. */
import { defineComposite, defineFunction } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { type CreateOptions, checkSizes, withOptions } from "../../tensor/create/options.ts";
import { type DType, isFloating, newArray } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { type Dims, normalizeDims } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { roll } from "../shape/flip.ts";
import { halfOf } from "./lines.ts";

/** Options of `fftfreq` and `rfftfreq`. */
export interface FrequencyOptions extends Omit<CreateOptions, "dtype"> {
  /** Element type, a float; float32 by default. */
  readonly dtype?: DType | null;
  /** Time between two samples; 1 by default. */
  readonly d?: number;
}

/** Returns `count` frequencies, of which number k is k / (n d), and (k - n) / (n d) from `negative` on. */
function frequencies(op: string, n: number, count: number, options: FrequencyOptions, negative: number): Tensor {
  checkSizes(op, [n]);
  const { d = 1, requiresGrad = false } = options;
  const dtype = options.dtype ?? "float32";
  if (!isFloating(dtype)) throw new ArgumentError(op, `dtype must be a float, but got ${dtype}`);
  const out = newArray(dtype, count);
  // PyTorch multiplies, too
  const factor = 1 / (n * d);
  const positive = Math.min(negative, count);
  for (let k = 0; k < positive; k++) out[k] = k * factor;
  for (let k = positive; k < count; k++) out[k] = (k - n) * factor;
  return withOptions(out, dtype, [count], { requiresGrad });
}

const spacing = (d: number | FrequencyOptions | undefined, options: FrequencyOptions): FrequencyOptions =>
  typeof d === "object" ? d : { ...options, ...(d === undefined ? {} : { d }) };

/**
 * Returns the frequencies of the elements of a transform of length n, in the order of `fft`: 0, 1, …, then the negative ones, each divided by n d.
 * @throws ArgumentError for a negative n.
 * @example fft.fftfreq(4).toArray(); // [0, 0.25, -0.5, -0.25]
 */
export const fftfreq: (n: number, d?: number | FrequencyOptions, options?: FrequencyOptions) => Tensor = defineFunction(
  {
    name: "fftfreq",
    torch: "fft.fftfreq",
    access: "function",
    signature: "n, d=1, dtype=null, requiresGrad=false",
    tex: "y_k = k / (n d)",
    samples: () => [{ n: 5 }, { n: 4, d: 0.5, dtype: "float64", requiresGrad: true }],
  },
  (n: number, d?: number | FrequencyOptions, options: FrequencyOptions = {}): Tensor =>
    frequencies("fftfreq", n, n, spacing(d, options), Math.ceil(n / 2)),
);

/**
 * Returns the frequencies of the elements of a transform of n real numbers, in the order of `rfft`: 0, 1, …, ⌊n/2⌋, each divided by n d.
 * @throws ArgumentError for a negative n.
 * @example fft.rfftfreq(4).toArray(); // [0, 0.25, 0.5]
 */
export const rfftfreq: (n: number, d?: number | FrequencyOptions, options?: FrequencyOptions) => Tensor =
  defineFunction(
    {
      name: "rfftfreq",
      torch: "fft.rfftfreq",
      access: "function",
      signature: "n, d=1, dtype=null, requiresGrad=false",
      tex: "y_k = k / (n d)",
      samples: () => [{ n: 5 }, { n: 4, d: 0.5, dtype: "float64", requiresGrad: true }],
    },
    (n: number, d?: number | FrequencyOptions, options: FrequencyOptions = {}): Tensor =>
      frequencies("rfftfreq", n, halfOf(n), spacing(d, options), halfOf(n)),
  );

/** Defines a shift by half of each dimension. */
const shift = (
  name: string,
  by: (n: number) => number,
): ((input: Tensor, dim?: Dims | null | ShiftOptions) => Tensor) =>
  defineComposite(
    {
      name,
      torch: `fft.${name}`,
      access: "function",
      signature: "input, dim=null",
      tex: "y_i = x_{(i - s) \\bmod n}",
      samples: (r) => [{ input: r.normal([5]) }, { input: r.normal([3, 4]), dim: [1] }],
    },
    (input: Tensor, dim?: Dims | null | ShiftOptions): Tensor => {
      const x = requireTensor(name, input);
      const given = typeof dim === "object" && dim !== null && !Array.isArray(dim) ? (dim as ShiftOptions).dim : dim;
      const dims = normalizeDims(name, given as Dims | null | undefined, x.ndim);
      return dims.length === 0
        ? x
        : roll(
            x,
            dims.map((d) => by(x.shape[d])),
            dims,
          );
    },
  );

/** Options of `fftshift` and `ifftshift`. */
export interface ShiftOptions {
  /** The dimensions; all by default. */
  readonly dim?: Dims | null;
}

/**
 * Returns the elements of a transform with the frequency 0 in the middle of each dimension.
 * @throws IndexError for a dimension out of range.
 * @example fft.fftshift(fft.fftfreq(4)).toArray(); // [-0.5, -0.25, 0, 0.25]
 */
export const fftshift: (input: Tensor, dim?: Dims | null | ShiftOptions) => Tensor = shift("fftshift", (n) =>
  Math.floor(n / 2),
);

/**
 * Returns the elements of a transform in the order of `fft`, from the one with the frequency 0 in the middle of each dimension.
 * @throws IndexError for a dimension out of range.
 * @example fft.ifftshift(fft.fftshift(fft.fftfreq(4))).toArray(); // [0, 0.25, -0.5, -0.25]
 */
export const ifftshift: (input: Tensor, dim?: Dims | null | ShiftOptions) => Tensor = shift("ifftshift", (n) =>
  Math.ceil(n / 2),
);
