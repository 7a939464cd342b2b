/** The exports of `signal.windows`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../ops/windows/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../ops/windows/index.ts";

export const bartlett: typeof from.bartlett = guard("bartlett", "M: number, options?: { sym?: boolean; dtype?: DType | undefined | null; requiresGrad?: boolean }", from.bartlett);
export const blackman: typeof from.blackman = guard("blackman", "M: number, options?: { sym?: boolean; dtype?: DType | undefined | null; requiresGrad?: boolean }", from.blackman);
export const cosine: typeof from.cosine = guard("cosine", "M: number, options?: { sym?: boolean; dtype?: DType | undefined | null; requiresGrad?: boolean }", from.cosine);
export const exponential: typeof from.exponential = guard("exponential", "M: number, options?: { center?: number | undefined | null; tau?: number; sym?: boolean; dtype?: DType | undefined | null; requiresGrad?: boolean }", from.exponential);
export const gaussian: typeof from.gaussian = guard("gaussian", "M: number, options?: { std?: number; sym?: boolean; dtype?: DType | undefined | null; requiresGrad?: boolean }", from.gaussian);
export const generalCosine: typeof from.generalCosine = guard("generalCosine", "M: number, a: number[], options?: { sym?: boolean; dtype?: DType | undefined | null; requiresGrad?: boolean }", from.generalCosine);
export const generalHamming: typeof from.generalHamming = guard("generalHamming", "M: number, options?: { alpha?: number; sym?: boolean; dtype?: DType | undefined | null; requiresGrad?: boolean }", from.generalHamming);
export const hamming: typeof from.hamming = guard("hamming", "M: number, options?: { sym?: boolean; dtype?: DType | undefined | null; requiresGrad?: boolean }", from.hamming);
export const hann: typeof from.hann = guard("hann", "M: number, options?: { sym?: boolean; dtype?: DType | undefined | null; requiresGrad?: boolean }", from.hann);
export const kaiser: typeof from.kaiser = guard("kaiser", "M: number, options?: { beta?: number; sym?: boolean; dtype?: DType | undefined | null; requiresGrad?: boolean }", from.kaiser);
export const nuttall: typeof from.nuttall = guard("nuttall", "M: number, options?: { sym?: boolean; dtype?: DType | undefined | null; requiresGrad?: boolean }", from.nuttall);
