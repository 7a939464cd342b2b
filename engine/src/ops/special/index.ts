/** `special`: special functions, as of SciPy's namespace of that name. */
export { erf } from "../elementwise/erf.ts";
export { expm1, log1p } from "../elementwise/exponential.ts";
export { xlogy } from "../elementwise/log-add.ts";
export { exp2 } from "../elementwise/logarithm-bases.ts";
export { sigmoid as expit } from "../elementwise/sigmoid.ts";
export { sinc } from "../elementwise/trigonometric.ts";
export { logSoftmax, softmax } from "../functional/softmax.ts";
export { logsumexp } from "../reduce/logsumexp.ts";
