/** Windows: factors that fade a frame of a signal out to both sides. */
import { defineFunction } from "../../dispatch/define.ts";
import { type CreateOptions, checkSizes, withOptions } from "../../tensor/create/options.ts";
import { type DType, isFloating, newArray } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { i0Of } from "../elementwise/bessel-function.ts";

/** Options of every window. */
export interface WindowOptions extends Omit<CreateOptions, "dtype"> {
  /** Whether the window is one period of a periodic function, for spectra, rather than symmetric, for filters; true by default. */
  readonly periodic?: boolean;
  /** Element type, a float; float32 by default. */
  readonly dtype?: DType | null;
}

/** Options of `hammingWindow`. */
export interface HammingWindowOptions extends WindowOptions {
  /** The constant; 0.54 by default. */
  readonly alpha?: number;
  /** Factor of the cosine; 0.46 by default. */
  readonly beta?: number;
}

/** Options of `kaiserWindow`. */
export interface KaiserWindowOptions extends WindowOptions {
  /** Shape of the window; 12 by default. */
  readonly beta?: number;
}

/** Returns a window of `length` elements, of which f gives the value at a fraction from 0 to 1 of its width. A window of one element is 1. */
function windowOf(op: string, length: number, options: WindowOptions, f: (at: number) => number): Tensor {
  checkSizes(op, [length]);
  const dtype = options.dtype ?? "float32";
  if (!isFloating(dtype)) throw new DTypeError(op, "expected a float dtype", [dtype]);
  const out = newArray(dtype, length);
  const width = options.periodic === false ? length - 1 : length;
  for (let i = 0; i < length; i++) out[i] = length === 1 ? 1 : f(i / width);
  return withOptions(out, dtype, [length], { requiresGrad: options.requiresGrad ?? false });
}

const merged = <O extends WindowOptions>(periodic: boolean | O | undefined, more: O): O =>
  typeof periodic === "object" ? periodic : { ...more, ...(periodic === undefined ? {} : { periodic }) };

/** A window whose only parameter is whether it is periodic. */
type Window = (windowLength: number, periodic?: boolean | WindowOptions, options?: WindowOptions) => Tensor;

/** Defines a window whose only parameter is whether it is periodic. */
const window = (name: string, torch: string, tex: string, f: (at: number) => number): Window =>
  defineFunction(
    {
      name,
      torch,
      access: "function",
      signature: "windowLength, periodic=true, dtype=null, requiresGrad=false",
      tex,
      samples: () => [{ windowLength: 5 }, { windowLength: 4, periodic: false, dtype: "float64", requiresGrad: true }],
    },
    (windowLength: number, periodic?: boolean | WindowOptions, options: WindowOptions = {}): Tensor =>
      windowOf(name, windowLength, merged(periodic, options), f),
  );

const cosine = (at: number): number => Math.cos(2 * Math.PI * at);

/**
 * Returns a Hann window, ½ - ½ cos(2πi / N), where N is the length, or one less for a symmetric window.
 * @throws ArgumentError for a negative length; DTypeError for a dtype that is no float.
 * @example hannWindow(4).toArray(); // [0, 0.5, 1, 0.5]
 */
export const hannWindow: Window = window(
  "hannWindow",
  "hann_window",
  "w_i = \\tfrac12 - \\tfrac12 \\cos(2 \\pi i / N)",
  (at) => 0.5 - 0.5 * cosine(at),
);

/**
 * Returns a Bartlett window, the triangle 1 - |2i / N - 1|, where N is the length, or one less for a symmetric window.
 * @throws ArgumentError for a negative length; DTypeError for a dtype that is no float.
 * @example bartlettWindow(4).toArray(); // [0, 0.5, 1, 0.5]
 */
export const bartlettWindow: Window = window(
  "bartlettWindow",
  "bartlett_window",
  "w_i = 1 - |2 i / N - 1|",
  (at) => 1 - Math.abs(2 * at - 1),
);

/**
 * Returns a Blackman window, 0.42 - ½ cos(2πi / N) + 0.08 cos(4πi / N), where N is the length, or one less for a symmetric window.
 * @throws ArgumentError for a negative length; DTypeError for a dtype that is no float.
 * @example blackmanWindow(4).narrow(0, 2, 1).toArray(); // [1]
 */
export const blackmanWindow: Window = window(
  "blackmanWindow",
  "blackman_window",
  "w_i = 0.42 - \\tfrac12 \\cos(2 \\pi i / N) + 0.08 \\cos(4 \\pi i / N)",
  (at) => 0.42 - 0.5 * cosine(at) + 0.08 * cosine(2 * at),
);

/**
 * Returns a Hamming window, α - β cos(2πi / N), where N is the length, or one less for a symmetric window.
 * @throws ArgumentError for a negative length; DTypeError for a dtype that is no float.
 * @example hammingWindow(2, { alpha: 0.5, beta: 0.5 }).toArray(); // [0, 1]
 */
export const hammingWindow: (
  windowLength: number,
  periodic?: boolean | HammingWindowOptions,
  alpha?: number,
  beta?: number,
  options?: WindowOptions,
) => Tensor = defineFunction(
  {
    name: "hammingWindow",
    torch: "hamming_window",
    access: "function",
    signature: "windowLength, periodic=true, alpha=0.54, beta=0.46, dtype=null, requiresGrad=false",
    tex: "w_i = \\alpha - \\beta \\cos(2 \\pi i / N)",
    samples: () => [
      { windowLength: 5 },
      { windowLength: 4, periodic: false, alpha: 0.5, beta: 0.4, dtype: "float64", requiresGrad: true },
    ],
  },
  (
    windowLength: number,
    periodic?: boolean | HammingWindowOptions,
    alpha = 0.54,
    beta = 0.46,
    options: WindowOptions = {},
  ): Tensor => {
    const o: HammingWindowOptions = { alpha, beta, ...merged<HammingWindowOptions>(periodic, options) };
    return windowOf("hammingWindow", windowLength, o, (at) => (o.alpha ?? alpha) - (o.beta ?? beta) * cosine(at));
  },
);

/**
 * Returns a Kaiser window, I₀(β √(1 - (2i / N - 1)²)) / I₀(β), where N is the length, or one less for a symmetric window.
 * @throws ArgumentError for a negative length; DTypeError for a dtype that is no float.
 * @example kaiserWindow(2, { beta: 0 }).toArray(); // [1, 1]
 */
export const kaiserWindow: (
  windowLength: number,
  periodic?: boolean | KaiserWindowOptions,
  beta?: number,
  options?: WindowOptions,
) => Tensor = defineFunction(
  {
    name: "kaiserWindow",
    torch: "kaiser_window",
    access: "function",
    signature: "windowLength, periodic=true, beta=12, dtype=null, requiresGrad=false",
    tex: "w_i = I_0\\big(\\beta \\sqrt{1 - (2 i / N - 1)^2}\\big) / I_0(\\beta)",
    samples: () => [
      { windowLength: 5 },
      { windowLength: 4, periodic: false, beta: 3, dtype: "float64", requiresGrad: true },
    ],
  },
  (windowLength: number, periodic?: boolean | KaiserWindowOptions, beta = 12, options: WindowOptions = {}): Tensor => {
    const o: KaiserWindowOptions = { beta, ...merged<KaiserWindowOptions>(periodic, options) };
    const shape = o.beta ?? beta;
    return windowOf(
      "kaiserWindow",
      windowLength,
      o,
      (at) => i0Of(shape * Math.sqrt(Math.max(0, 1 - (2 * at - 1) ** 2))) / i0Of(shape),
    );
  },
);
