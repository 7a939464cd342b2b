/** `masked`: reductions and normalizations of the elements that a mask selects, as PyTorch's `torch.masked`. */
export {
  type MaskedAlongOptions,
  maskedAmax as amax,
  maskedAmin as amin,
  maskedArgmax as argmax,
  maskedArgmin as argmin,
  maskedMedian as median,
} from "./extremes.ts";
export type { MaskedReduceOptions, MaskOptions } from "./mask.ts";
export {
  type MaskedLogaddexpOptions,
  type MaskedNormalizeOptions,
  type MaskedNormOptions,
  maskedLogaddexp as logaddexp,
  maskedLogsumexp as logsumexp,
  maskedNorm as norm,
  maskedNormalize as normalize,
} from "./norms.ts";
export {
  type MaskedReduction,
  type MaskedVarOptions,
  maskedMean as mean,
  maskedProd as prod,
  maskedStd as std,
  maskedSum as sum,
  maskedVar as var,
} from "./reductions.ts";
export {
  maskedCumprod as cumprod,
  maskedCumsum as cumsum,
  maskedLogSoftmax as logSoftmax,
  maskedSoftmax as softmax,
  maskedSoftmin as softmin,
} from "./scans.ts";
