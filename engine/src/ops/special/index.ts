/** `special`: special functions, as of SciPy's namespace of that name. */
export * from "../aliases/special.ts";
export { i0 } from "../elementwise/bessel.ts";
export { erf } from "../elementwise/erf.ts";
export { erfc, erfinv } from "../elementwise/erfc.ts";
export { expm1, log1p } from "../elementwise/exponential.ts";
export { digamma, digamma as psi, lgamma as gammaln, polygamma } from "../elementwise/gamma.ts";
export { xlogy } from "../elementwise/log-add.ts";
export { exp2 } from "../elementwise/logarithm-bases.ts";
export { logit } from "../elementwise/logit.ts";
export { round } from "../elementwise/rounding.ts";
export { sigmoid as expit } from "../elementwise/sigmoid.ts";
export { sinc } from "../elementwise/trigonometric.ts";
export { logSoftmax, softmax } from "../functional/softmax.ts";
export { logsumexp } from "../reduce/logsumexp.ts";
export { i0e, i1, i1e } from "./bessel.ts";
export { entr, erfcx, logNdtr, ndtr, ndtri } from "./normal.ts";
