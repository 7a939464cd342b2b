/** `signal.windows`: factors that fade a signal out to both sides. */
export {
  type ExponentialWindowOptions,
  type GaussianWindowOptions,
  type GeneralHammingWindowOptions,
  type KaiserSignalWindowOptions,
  type SignalWindowOptions,
  signalBartlett as bartlett,
  signalBlackman as blackman,
  signalCosine as cosine,
  signalExponential as exponential,
  signalGaussian as gaussian,
  signalGeneralCosine as generalCosine,
  signalGeneralHamming as generalHamming,
  signalHamming as hamming,
  signalHann as hann,
  signalKaiser as kaiser,
  signalNuttall as nuttall,
} from "./windows.ts";
