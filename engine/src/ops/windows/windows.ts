/** Windows as `torch.signal.windows` has them: symmetric by default, for filters, or periodic, for spectra. */
import { defineFunction } from "../../dispatch/define.ts";
import type { Arguments, CompositeSpec } from "../../dispatch/spec.ts";
import { checkSizes, withOptions } from "../../tensor/create/options.ts";
import { type DType, newArray } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { i0Of } from "../elementwise/bessel-function.ts";

/** Options of every window. */
export interface SignalWindowOptions {
  /** Whether the window is symmetric, rather than one period of a periodic function; true by default. */
  readonly sym?: boolean;
  /** Element type, float32 or float64; float32 by default. */
  readonly dtype?: DType | null;
  /** Whether the result is a leaf that requires a gradient. */
  readonly requiresGrad?: boolean;
}

/** Options of `exponential`. */
export interface ExponentialWindowOptions extends SignalWindowOptions {
  /** Position of the largest element, for a window that is not symmetric; the middle by default. */
  readonly center?: number | null;
  /** Length over which the window falls by a factor of e; 1 by default. */
  readonly tau?: number;
}

/** Options of `gaussian`. */
export interface GaussianWindowOptions extends SignalWindowOptions {
  /** Standard deviation, in elements; 1 by default. */
  readonly std?: number;
}

/** Options of `kaiser`. */
export interface KaiserSignalWindowOptions extends SignalWindowOptions {
  /** Shape of the window, at least 0; 12 by default. */
  readonly beta?: number;
}

/** Options of `generalHamming`. */
export interface GeneralHammingWindowOptions extends SignalWindowOptions {
  /** The constant term; 0.54 by default. */
  readonly alpha?: number;
}

/** A window of M elements. */
type Window<O> = (M: number, options?: O) => Tensor;

/** The function of an element's position, for a window of so many steps. */
type Shape<O> = (M: number, options: O, steps: number) => (i: number) => number;

/** Returns a window of M elements. */
function create<O extends SignalWindowOptions>(name: string, M: number, options: O, of: Shape<O>): Tensor {
  checkSizes(name, [M]);
  const { sym = true, requiresGrad = false } = options;
  const dtype = options.dtype ?? "float32";
  if (dtype !== "float32" && dtype !== "float64") throw new DTypeError(name, "expected float32 or float64", [dtype]);
  const at = of(M, options, sym || M <= 1 ? M - 1 : M);
  const out = newArray(dtype, M);
  for (let i = 0; i < M; i++) out[i] = at(i);
  return withOptions(out, dtype, [M], { requiresGrad });
}

/** Returns the record of a window with the parameters `own`, in PyTorch's notation; one sample has the arguments `given`. */
const record = (name: string, torch: string, own: string, tex: string, given: Arguments): CompositeSpec => ({
  name,
  torch: `signal.windows.${torch}`,
  access: "function",
  signature: `M, ${own}sym=true, dtype=null, requiresGrad=false`,
  tex,
  samples: () => [
    { M: 5, ...("a" in given ? { a: [0.5, 0.4] } : {}) },
    { M: 4, sym: false, dtype: "float64", requiresGrad: true, ...given },
  ],
});

/** Defines a window whose own parameters have defaults. */
const define = <O extends SignalWindowOptions>(
  name: string,
  torch: string,
  own: string,
  tex: string,
  given: Arguments,
  of: Shape<O>,
): Window<O> =>
  defineFunction(record(name, torch, own, tex, given), (M: number, options: O = {} as O) =>
    create(name, M, options, of),
  );

/** Returns Σ (-1)ᵏ aₖ cos(2πki / N); a window of one element is 1. */
const cosines =
  (a: readonly number[]) =>
  (M: number, _options: SignalWindowOptions, steps: number): ((i: number) => number) =>
  (i) =>
    M === 1 ? 1 : a.reduce((sum, w, k) => sum + (k % 2 === 0 ? w : -w) * Math.cos((2 * Math.PI * k * i) / steps), 0);

/** @throws ArgumentError unless the parameter is above 0. */
function requirePositive(op: string, name: string, value: number): void {
  if (!(value > 0)) throw new ArgumentError(op, `${name} must be above 0, but got ${value}`);
}

/**
 * Returns the triangle 1 - |2i / N - 1|, where N is M - 1, or M for a periodic window.
 * @throws ArgumentError for a negative length; DTypeError for other dtypes than float32 and float64.
 * @example signal.windows.bartlett(3).toArray(); // [0, 1, 0]
 */
export const signalBartlett: Window<SignalWindowOptions> = define(
  "signalBartlett",
  "bartlett",
  "",
  "w_i = 1 - |2 i / N - 1|",
  {},
  (M, _options, steps) => (i) => (M === 1 ? 1 : 1 - Math.abs((2 * i) / steps - 1)),
);

/**
 * Returns a Blackman window, 0.42 - ½ cos(2πi / N) + 0.08 cos(4πi / N), where N is M - 1, or M for a periodic window.
 * @throws ArgumentError for a negative length; DTypeError for other dtypes than float32 and float64.
 * @example signal.windows.blackman(3).narrow(0, 1, 1).toArray(); // [1]
 */
export const signalBlackman: Window<SignalWindowOptions> = define(
  "signalBlackman",
  "blackman",
  "",
  "w_i = 0.42 - \\tfrac12 \\cos(2 \\pi i / N) + 0.08 \\cos(4 \\pi i / N)",
  {},
  cosines([0.42, 0.5, 0.08]),
);

/**
 * Returns half a period of a sine, sin(π (i + ½) / N), where N is M, or M + 1 for a periodic window.
 * @throws ArgumentError for a negative length; DTypeError for other dtypes than float32 and float64.
 * @example signal.windows.cosine(1).toArray(); // [1]
 */
export const signalCosine: Window<SignalWindowOptions> = define(
  "signalCosine",
  "cosine",
  "",
  "w_i = \\sin(\\pi (i + \\tfrac12) / N)",
  {},
  (_M, _options, steps) => (i) => Math.sin((Math.PI * (i + 0.5)) / (steps + 1)),
);

/**
 * Returns an exponential window, exp(-|i - c| / τ), where c is the middle, or `center` of a window that is not symmetric.
 * @throws ArgumentError for a negative length, a `tau` that is not above 0, and a center of a symmetric window; DTypeError for other dtypes than float32 and float64.
 * @example signal.windows.exponential(3, { tau: 1e-3 }).toArray(); // [0, 1, 0]
 */
export const signalExponential: Window<ExponentialWindowOptions> = define(
  "signalExponential",
  "exponential",
  "center=null, tau=1, ",
  "w_i = e^{-|i - c| / \\tau}",
  { center: 1, tau: 2 },
  (_M, { center = null, tau = 1, sym = true }: ExponentialWindowOptions, steps) => {
    requirePositive("signalExponential", "tau", tau);
    if (sym && center !== null)
      throw new ArgumentError("signalExponential", "a symmetric window has its center in the middle; set sym to false");
    return (i) => Math.exp(-Math.abs(i - (center ?? steps / 2)) / tau);
  },
);

/**
 * Returns a Gaussian window, exp(-(i - N/2)² / 2σ²), where N is M - 1, or M for a periodic window.
 * @throws ArgumentError for a negative length and a standard deviation that is not above 0; DTypeError for other dtypes than float32 and float64.
 * @example signal.windows.gaussian(3, { std: 0.01 }).toArray(); // [0, 1, 0]
 */
export const signalGaussian: Window<GaussianWindowOptions> = define(
  "signalGaussian",
  "gaussian",
  "std=1, ",
  "w_i = e^{-(i - N / 2)^2 / 2 \\sigma^2}",
  { std: 2 },
  (_M, { std = 1 }: GaussianWindowOptions, steps) => {
    requirePositive("signalGaussian", "std", std);
    return (i) => Math.exp(-(((i - steps / 2) / std) ** 2) / 2);
  },
);

/**
 * Returns a sum of cosines with alternating signs, Σ (-1)ᵏ aₖ cos(2πki / N), where N is M - 1, or M for a periodic window.
 * @throws ArgumentError for a negative length and an empty list of coefficients; DTypeError for other dtypes than float32 and float64.
 * @example signal.windows.generalCosine(3, [0.5, 0.5]).toArray(); // [0, 1, 0]
 */
export const signalGeneralCosine: (M: number, a: readonly number[], options?: SignalWindowOptions) => Tensor =
  defineFunction(
    record("signalGeneralCosine", "general_cosine", "a, ", "w_i = \\sum_k (-1)^k a_k \\cos(2 \\pi k i / N)", {
      a: [0.4, 0.4, 0.2],
    }),
    (M: number, a: readonly number[], options: SignalWindowOptions = {}): Tensor => {
      if (a.length === 0) throw new ArgumentError("signalGeneralCosine", "a must have at least one coefficient");
      return create("signalGeneralCosine", M, options, cosines(a));
    },
  );

/**
 * Returns a generalized Hamming window, α - (1 - α) cos(2πi / N), where N is M - 1, or M for a periodic window.
 * @throws ArgumentError for a negative length; DTypeError for other dtypes than float32 and float64.
 * @example signal.windows.generalHamming(3, { alpha: 0.5 }).toArray(); // [0, 1, 0]
 */
export const signalGeneralHamming: Window<GeneralHammingWindowOptions> = define(
  "signalGeneralHamming",
  "general_hamming",
  "alpha=0.54, ",
  "w_i = \\alpha - (1 - \\alpha) \\cos(2 \\pi i / N)",
  { alpha: 0.5 },
  (M, options: GeneralHammingWindowOptions, steps) => {
    const { alpha = 0.54 } = options;
    return cosines([alpha, 1 - alpha])(M, options, steps);
  },
);

/**
 * Returns a Hamming window, 0.54 - 0.46 cos(2πi / N), where N is M - 1, or M for a periodic window.
 * @throws ArgumentError for a negative length; DTypeError for other dtypes than float32 and float64.
 * @example signal.windows.hamming(1).toArray(); // [1]
 */
export const signalHamming: Window<SignalWindowOptions> = define(
  "signalHamming",
  "hamming",
  "",
  "w_i = 0.54 - 0.46 \\cos(2 \\pi i / N)",
  {},
  cosines([0.54, 0.46]),
);

/**
 * Returns a Hann window, ½ - ½ cos(2πi / N), where N is M - 1, or M for a periodic window.
 * @throws ArgumentError for a negative length; DTypeError for other dtypes than float32 and float64.
 * @example signal.windows.hann(3).toArray(); // [0, 1, 0]
 */
export const signalHann: Window<SignalWindowOptions> = define(
  "signalHann",
  "hann",
  "",
  "w_i = \\tfrac12 - \\tfrac12 \\cos(2 \\pi i / N)",
  {},
  cosines([0.5, 0.5]),
);

/**
 * Returns a Kaiser window, I₀(β √(1 - (2i / N - 1)²)) / I₀(β), where N is M - 1, or M for a periodic window.
 * @throws ArgumentError for a negative length and a negative `beta`; DTypeError for other dtypes than float32 and float64.
 * @example signal.windows.kaiser(3, { beta: 0 }).toArray(); // [1, 1, 1]
 */
export const signalKaiser: Window<KaiserSignalWindowOptions> = define(
  "signalKaiser",
  "kaiser",
  "beta=12, ",
  "w_i = I_0\\big(\\beta \\sqrt{1 - (2 i / N - 1)^2}\\big) / I_0(\\beta)",
  { beta: 3 },
  (M, { beta = 12 }: KaiserSignalWindowOptions, steps) => {
    if (!(beta >= 0)) throw new ArgumentError("signalKaiser", `beta must be at least 0, but got ${beta}`);
    return (i) => (M === 1 ? 1 : i0Of(beta * Math.sqrt(Math.max(0, 1 - ((2 * i) / steps - 1) ** 2))) / i0Of(beta));
  },
);

/**
 * Returns a Nuttall window, 0.3635819 - 0.4891775 cos(2πi / N) + 0.1365995 cos(4πi / N) - 0.0106411 cos(6πi / N), where N is M - 1, or M for a periodic window.
 * @throws ArgumentError for a negative length; DTypeError for other dtypes than float32 and float64.
 * @example signal.windows.nuttall(1).toArray(); // [1]
 */
export const signalNuttall: Window<SignalWindowOptions> = define(
  "signalNuttall",
  "nuttall",
  "",
  "w_i = 0.3635819 - 0.4891775 \\cos \\tfrac{2 \\pi i}{N} + 0.1365995 \\cos \\tfrac{4 \\pi i}{N} - 0.0106411 \\cos \\tfrac{6 \\pi i}{N}",
  {},
  cosines([0.3635819, 0.4891775, 0.1365995, 0.0106411]),
);
