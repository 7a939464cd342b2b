/** `special`: special functions, as of SciPy's namespace of that name. */
export * from "../aliases/special.ts";
export { i0, i0 as modifiedBesselI0 } from "../elementwise/bessel.ts";
export { erf } from "../elementwise/erf.ts";
export { erfc, erfinv } from "../elementwise/erfc.ts";
export { expm1, log1p } from "../elementwise/exponential.ts";
export {
  digamma,
  digamma as psi,
  lgamma as gammaln,
  mvlgamma as multigammaln,
  polygamma,
} from "../elementwise/gamma.ts";
export { igamma as gammainc, igammac as gammaincc } from "../elementwise/incomplete-gamma.ts";
export { xlogy } from "../elementwise/log-add.ts";
export { exp2 } from "../elementwise/logarithm-bases.ts";
export { logit } from "../elementwise/logit.ts";
export { round } from "../elementwise/rounding.ts";
export { sigmoid as expit } from "../elementwise/sigmoid.ts";
export { sinc } from "../elementwise/trigonometric.ts";
export { logSoftmax, softmax } from "../functional/softmax.ts";
export { logsumexp } from "../reduce/logsumexp.ts";
export { i0e, i1, i1 as modifiedBesselI1, i1e } from "./bessel.ts";
export {
  airyAi,
  besselJ0,
  besselJ1,
  besselY0,
  besselY1,
  modifiedBesselK0,
  modifiedBesselK1,
  scaledModifiedBesselK0,
  scaledModifiedBesselK1,
  sphericalBesselJ0,
} from "./cylinder.ts";
export { entr, erfcx, logNdtr, ndtr, ndtri } from "./normal.ts";
export {
  chebyshevPolynomialT,
  chebyshevPolynomialU,
  chebyshevPolynomialV,
  chebyshevPolynomialW,
  hermitePolynomialH,
  hermitePolynomialHe,
  laguerrePolynomialL,
  legendrePolynomialP,
  shiftedChebyshevPolynomialT,
  shiftedChebyshevPolynomialU,
  shiftedChebyshevPolynomialV,
  shiftedChebyshevPolynomialW,
} from "./polynomials.ts";
export { xlog1py, zeta } from "./xlog1py.ts";
