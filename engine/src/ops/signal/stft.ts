/** Short-time Fourier transforms: of windows of a signal, and back. */
import { anyElement } from "../../dispatch/batched.ts";
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { checkSizes } from "../../tensor/create/options.ts";
import { ones } from "../../tensor/create.ts";
import { isComplex, realDType, takesGradients } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { div } from "../elementwise/division.ts";
import { halfOf } from "../fft/lines.ts";
import { complexToComplex, complexToReal, realToComplex } from "../fft/transform-ops.ts";
import { type PadMode, pad } from "../functional/pad.ts";
import { expand, squeeze, unsqueeze } from "../shape/expand.ts";
import { constantPadNd } from "../shape/pad.ts";
import { transpose } from "../shape/permute.ts";
import { foldOp, unfold } from "../shape/unfold.ts";
import { viewAsComplex, viewAsReal } from "../shape/view-as-complex.ts";
import { narrow } from "../shape/window.ts";

/** Options of `stft` and `istft`. */
interface FrameOptions {
  /** Distance between the starts of two frames; ⌊nFft / 4⌋ by default. */
  readonly hopLength?: number | null;
  /** Length of the window; nFft by default. A shorter window is padded with zeros on both sides. */
  readonly winLength?: number | null;
  /** Factors of the elements of a frame, of length `winLength`; ones by default. */
  readonly window?: Tensor | null;
  /** Whether frame t has its centre at element t · hopLength of the signal, rather than its start; true by default. */
  readonly center?: boolean;
  /** Whether the transform is divided by √nFft; false by default. */
  readonly normalized?: boolean;
  /** Whether only the first ⌊nFft / 2⌋ + 1 frequencies are kept. */
  readonly onesided?: boolean | null;
  /** Whether the result is complex. */
  readonly returnComplex?: boolean | null;
}

/** Options of `stft`. `onesided` is true by default unless the signal or the window is complex. */
export interface StftOptions extends FrameOptions {
  /** The padding of a signal with `center`; "reflect" by default. */
  readonly padMode?: PadMode;
}

/** Options of `istft`. `onesided` is by default whether fewer than nFft frequencies are given, and `returnComplex` is false. */
export interface IstftOptions extends FrameOptions {
  /** Length of the result; by default all that the frames cover, without the padding of `center`. */
  readonly length?: number | null;
}

/** Lengths and window of the frames. */
interface Frames {
  readonly hop: number;
  /** The window, padded to the length of a frame; `null` for ones. */
  readonly factors: Tensor | null;
}

/** Checks the lengths, and returns them with the window. */
function framesOf(op: string, nFft: number, o: FrameOptions): Frames {
  const hop = o.hopLength ?? Math.floor(nFft / 4);
  const length = o.winLength ?? nFft;
  const factors = o.window ?? null;
  if (!Number.isInteger(nFft) || nFft < 1)
    throw new ArgumentError(op, `nFft must be a positive integer, but got ${nFft}`);
  checkSizes(op, [nFft]);
  if (!Number.isInteger(hop) || hop < 1)
    throw new ArgumentError(op, `hopLength must be a positive integer, but got ${hop}`);
  if (!Number.isInteger(length) || length < 1 || length > nFft)
    throw new ArgumentError(op, `winLength must be an integer from 1 to ${nFft}, but got ${length}`);
  if (factors !== null && (factors.ndim !== 1 || factors.shape[0] !== length))
    throw new ShapeError(op, `the window must be a vector of ${length} elements`, [factors.shape]);
  if (length === nFft) return { hop, factors };
  const before = Math.floor((nFft - length) / 2);
  return { hop, factors: constantPadNd(factors ?? ones([length]), [before, nFft - length - before]) };
}

/**
 * Returns the Fourier transforms of overlapping windows of a signal [L], or of several [B, L]: [frequencies, frames], with the dimension of the signals in front. Frame t begins at
 * element t · hopLength, or has its centre there with `center`, for which the signal is padded by ⌊nFft / 2⌋ elements on both sides. `returnComplex` must be given for a real signal
 * and window; false gives real and imaginary part in a new last dimension.
 * @throws ShapeError for another number of dimensions, a signal shorter than a frame, or a window of another length; ArgumentError for lengths that do not fit, for `onesided` of
 * complex numbers, and without `returnComplex`; DTypeError for integers.
 * @example stft(ones([8]), 4, { returnComplex: true }).shape; // [3, 9]
 */
export const stft: (input: Tensor, nFft: number, options?: StftOptions) => Tensor = defineComposite(
  {
    name: "stft",
    torch: "stft",
    access: "method",
    signature:
      'input, nFft, hopLength=null, winLength=null, window=null, center=true, padMode="reflect", normalized=false, onesided=null, returnComplex=null',
    tex: "y_{k t} = \\textstyle\\sum_j w_j x_{h t + j} e^{-2 \\pi i j k / n}",
    samples: (r) => [
      { input: r.normal([16]), nFft: 4, returnComplex: true },
      {
        input: r.normal([2, 16]),
        nFft: 6,
        hopLength: 2,
        winLength: 4,
        window: r.uniform([4], 0.5, 1),
        center: false,
        normalized: true,
        onesided: false,
        returnComplex: false,
      },
      { input: r.normal([12]), nFft: 4, padMode: "constant", returnComplex: true },
    ],
  },
  (input: Tensor, nFft: number, options: StftOptions = {}): Tensor => {
    const x = requireTensor("stft", input);
    if (!takesGradients(x.dtype)) throw new DTypeError("stft", "expected a float or complex tensor", [x.dtype]);
    if (x.ndim < 1 || x.ndim > 2) throw new ShapeError("stft", "expected a signal, or a batch of signals", [x.shape]);
    const { hop, factors } = framesOf("stft", nFft, options);
    const complex = isComplex(x.dtype) || (factors !== null && isComplex(factors.dtype));
    const returnComplex = options.returnComplex ?? (complex ? true : null);
    if (returnComplex === null)
      throw new ArgumentError(
        "stft",
        "returnComplex must be given for a real signal and window; true gives complex numbers",
      );
    const onesided = options.onesided ?? !complex;
    if (onesided && complex) throw new ArgumentError("stft", "onesided needs a real signal and a real window");
    const signals = x.ndim === 1 ? unsqueeze(x, 0) : x;
    const half = Math.floor(nFft / 2);
    const padded =
      options.center === false ? signals : pad(signals, [half, half], { mode: options.padMode ?? "reflect" });
    if (padded.shape[1] < nFft)
      throw new ShapeError("stft", `the signal is shorter than a frame of ${nFft} elements`, [x.shape]);
    const frames = unfold(padded, 1, nFft, hop);
    const windowed = factors === null ? frames : mul(frames, factors);
    const scale = options.normalized === true ? 1 / Math.sqrt(nFft) : 1;
    const y = onesided
      ? realToComplex([windowed], { dims: [2], forward: true, scale, middle: 1 })
      : complexToComplex([windowed], { dims: [2], forward: true, scale });
    const spectra = transpose(x.ndim === 1 ? squeeze(y, 0) : y, -2, -1);
    return returnComplex ? spectra : viewAsReal(spectra);
  },
);

/** Returns the sum of overlapping frames [..., frames, n], each `hop` elements after the one before it. */
function overlapped(frames: Tensor, hop: number): Tensor {
  const [batch, count, n] = frames.shape;
  return foldOp([frames], { shape: [batch, n + hop * (count - 1)], dim: 1, size: n, step: hop });
}

/**
 * Returns the signal [L], or the signals [B, L], of a short-time Fourier transform [frequencies, frames] as `stft` gives it: the least-squares estimate, which is the sum of the
 * windowed inverse transforms of the frames, divided by the sum of the squares of the windows. Source: Griffin and Lim, "Signal estimation from modified short-time Fourier
 * transform" (1984).
 * @throws DTypeError for real numbers; ShapeError for another number of frequencies; ArgumentError for lengths that do not fit, and where the windows leave an element out.
 * @example istft(stft(ones([8]), 4, { returnComplex: true }), 4).shape; // [8]
 */
export const istft: (input: Tensor, nFft: number, options?: IstftOptions) => Tensor = defineComposite(
  {
    name: "istft",
    torch: "istft",
    access: "method",
    signature:
      "input, nFft, hopLength=null, winLength=null, window=null, center=true, normalized=false, onesided=null, length=null, returnComplex=false",
    tex: "y_i = \\frac{\\sum_t w_{i - h t}\\, \\hat x_{t, i - h t}}{\\sum_t w_{i - h t}^2}",
    samples: (r) => [
      { input: viewAsComplex(r.normal([3, 5, 2])), nFft: 4 },
      {
        input: viewAsComplex(r.normal([2, 6, 4, 2])),
        nFft: 6,
        hopLength: 2,
        winLength: 5,
        window: r.uniform([5], 0.5, 1),
        normalized: true,
        onesided: false,
        length: 5,
        returnComplex: true,
      },
      { input: viewAsComplex(r.normal([3, 4, 2])), nFft: 4, center: false },
    ],
  },
  (input: Tensor, nFft: number, options: IstftOptions = {}): Tensor => {
    const x = requireTensor("istft", input);
    if (!isComplex(x.dtype)) throw new DTypeError("istft", "expected a complex tensor, as stft gives it", [x.dtype]);
    if (x.ndim < 2 || x.ndim > 3 || x.numel() === 0)
      throw new ShapeError("istft", "expected frequencies and frames, or a batch of them", [x.shape]);
    const { hop, factors: given } = framesOf("istft", nFft, options);
    const { center = true, length = null, returnComplex = false } = options;
    const onesided = options.onesided ?? x.size(-2) !== nFft;
    if (x.size(-2) !== (onesided ? halfOf(nFft) : nFft))
      throw new ShapeError("istft", `expected ${onesided ? halfOf(nFft) : nFft} frequencies in dimension -2`, [
        x.shape,
      ]);
    if (onesided && returnComplex === true)
      throw new ArgumentError("istft", "a complex result needs all frequencies; onesided has half of them");
    const spectra = transpose(x.ndim === 2 ? unsqueeze(x, 0) : x, 1, 2);
    const scale = options.normalized === true ? 1 / Math.sqrt(nFft) : 1 / nFft;
    const half = onesided ? spectra : narrow(spectra, 2, 0, halfOf(nFft));
    const frames =
      returnComplex === true
        ? complexToComplex([spectra], { dims: [2], forward: false, scale })
        : complexToReal([half], { dims: [2], n: nFft, forward: false, scale, middle: 1 });
    const factors = given ?? ones([nFft], { dtype: realDType(x.dtype) });
    const sum = overlapped(mul(frames, factors), hop);
    const squares = overlapped(expand(mul(factors, factors), [1, frames.shape[1], nFft]), hop);
    const start = center ? Math.floor(nFft / 2) : 0;
    if (length !== null) checkSizes("istft", [length]);
    const end = length === null ? sum.shape[1] - start : start + length;
    const covered = Math.min(end, sum.shape[1]) - start;
    const envelope = narrow(squares, 1, start, covered);
    if (anyElement(envelope.detach(), (v) => Math.abs(v) < 1e-11))
      throw new ArgumentError(
        "istft",
        "the windows leave an element of the signal out: their squares add up to 0 there",
      );
    const y = div(narrow(sum, 1, start, covered), envelope);
    const full = end > sum.shape[1] ? constantPadNd(y, [0, end - sum.shape[1]]) : y;
    return x.ndim === 2 ? squeeze(full, 0) : full;
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the Fourier transforms of overlapping windows of a signal: frequencies, then frames. */
    stft(nFft: number, options?: StftOptions): Tensor;
    /** Returns the signal of a short-time Fourier transform. */
    istft(nFft: number, options?: IstftOptions): Tensor;
  }
}
