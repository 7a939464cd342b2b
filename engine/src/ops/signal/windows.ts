/** Windows: factors that fade a frame of a signal out to both sides. */
import { defineFunction } from "../../dispatch/define.ts";
import { ownCopy } from "../../dispatch/loops.ts";
import { type CreateOptions, checkSizes, withOptions } from "../../tensor/create/options.ts";
import { type DType, isFloating, type NumericArray, newArray } from "../../tensor/dtype.ts";
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

/** The value of a window at a fraction from 0 to 1 of its width, of which the cosine of the angle is given. */
type Shape = (at: number, cosine: number) => number;

/** Up to so many cosines are computed one by one. */
const fewCosines = 4096;

/** Returns cos(2πi / width) for i < count; many of them from the cosines and sines of multiples of 2¹⁰ and of the rests. */
function cosinesOf(count: number, width: number): Float64Array {
  const cosines = new Float64Array(count);
  const angle = (2 * Math.PI) / width;
  if (count <= fewCosines) return cosines.map((_, i) => Math.cos(angle * i));
  const [low, lowSine] = [Math.cos, Math.sin].map((f) => Float64Array.from({ length: 1024 }, (_, i) => f(angle * i)));
  for (let first = 0; first < count; first += 1024) {
    const [c, s] = [Math.cos(angle * first), Math.sin(angle * first)];
    const end = Math.min(1024, count - first);
    for (let i = 0; i < end; i++) cosines[first + i] = c * low[i] - s * lowSine[i];
  }
  return cosines;
}

/** Writes the first half of a window, and its mirror image. */
function fill(out: NumericArray, width: number, cosines: Float64Array, f: Shape): void {
  for (let i = 0; i < cosines.length; i++) out[i] = f(i / width, cosines[i]);
  for (let i = cosines.length; i < out.length; i++) out[i] = out[width - i];
}

/** Writes a triangle, which rises from 0 to 1 in the middle, and its mirror image. */
function fillTriangle(out: NumericArray, width: number): void {
  const half = Math.min(out.length, Math.floor(width / 2) + 1);
  const slope = 2 / width;
  for (let i = 0; i < half; i++) out[i] = i * slope;
  for (let i = half; i < out.length; i++) out[i] = out[width - i];
}

/** Returns the function that makes a window of `length` elements of a shape, which is symmetric. A window of one element is 1. */
function windowOf(): (op: string, length: number, options: WindowOptions, f: Shape | "triangle") => Tensor {
  let loop: typeof fill | null = null;
  return (op, length, options, f) => {
    checkSizes(op, [length]);
    const dtype = options.dtype ?? "float32";
    if (!isFloating(dtype)) throw new DTypeError(op, "expected a float dtype", [dtype]);
    const out = newArray(dtype, length);
    const width = options.periodic === false ? length - 1 : length;
    loop ??= ownCopy(fill);
    if (length === 1) out[0] = 1;
    else if (f === "triangle") fillTriangle(out, width);
    else loop(out, width, cosinesOf(Math.min(length, Math.floor(width / 2) + 1), width), f);
    return withOptions(out, dtype, [length], { requiresGrad: options.requiresGrad ?? false });
  };
}

const merged = <O extends WindowOptions>(periodic: boolean | O | undefined, more: O): O =>
  typeof periodic === "object" ? periodic : { ...more, ...(periodic === undefined ? {} : { periodic }) };

/** A window whose only parameter is whether it is periodic. */
type Window = (windowLength: number, periodic?: boolean | WindowOptions, options?: WindowOptions) => Tensor;

/** Defines a window whose only parameter is whether it is periodic. */
const window = (name: string, torch: string, tex: string, f: Shape | "triangle"): Window => {
  const make = windowOf();
  return defineFunction(
    {
      name,
      torch,
      access: "function",
      signature: "windowLength, periodic=true, dtype=null, requiresGrad=false",
      tex,
      samples: () => [{ windowLength: 5 }, { windowLength: 4, periodic: false, dtype: "float64", requiresGrad: true }],
    },
    (windowLength: number, periodic?: boolean | WindowOptions, options: WindowOptions = {}): Tensor =>
      make(name, windowLength, merged(periodic, options), f),
  );
};

const makeHamming = windowOf();
const makeKaiser = windowOf();

/**
 * Returns a Hann window, ½ - ½ cos(2πi / N), where N is the length, or one less for a symmetric window.
 * @throws ArgumentError for a negative length; DTypeError for a dtype that is no float.
 * @example hannWindow(4).toArray(); // [0, 0.5, 1, 0.5]
 */
export const hannWindow: Window = window(
  "hannWindow",
  "hann_window",
  "w_i = \\tfrac12 - \\tfrac12 \\cos(2 \\pi i / N)",
  (_, cosine) => 0.5 - 0.5 * cosine,
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
  "triangle",
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
  (_, cosine) => 0.42 - 0.5 * cosine + 0.08 * (2 * cosine * cosine - 1),
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
    const [level, height] = [o.alpha ?? alpha, o.beta ?? beta];
    return makeHamming("hammingWindow", windowLength, o, (_, cosine) => level - height * cosine);
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
    const centre = i0Of(shape);
    return makeKaiser(
      "kaiserWindow",
      windowLength,
      o,
      (at) => i0Of(shape * Math.sqrt(Math.max(0, 1 - (2 * at - 1) ** 2))) / centre,
    );
  },
);
