/** Gradients of elementwise functions in float32, by their codes, as a job that threads share. */
import * as SlopeFormula from "../../src/fast/abi/codes/slope-formula";
import * as slopes from "./slope-formulas32";

export function runSlopeFormula(code: i32, n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  switch (code) {
    case SlopeFormula.silu: slopes.siluSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.mish: slopes.mishSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.softplus: slopes.softplusSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.logSigmoid: slopes.logSigmoidSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.exponentialLinear: slopes.exponentialLinearSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.leakyRelu: slopes.leakyReluSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.between: slopes.betweenSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.hardsigmoid: slopes.hardsigmoidSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.hardswish: slopes.hardswishSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.outside: slopes.outsideSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.threshold: slopes.thresholdSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.abs: slopes.absSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.huber: slopes.huberSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.quotient: slopes.quotientSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.log1p: slopes.log1pSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.product: slopes.productSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.reciprocal: slopes.reciprocalSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.sqrt: slopes.sqrtSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.rsqrt: slopes.rsqrtSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.gaussian: slopes.gaussianSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.increment: slopes.incrementSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.squareIncrement: slopes.squareIncrementSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.arcsine: slopes.arcsineSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.atan: slopes.atanSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.atanh: slopes.atanhSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.asinh: slopes.asinhSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.acosh: slopes.acoshSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.logit: slopes.logitSlopeFormula32(n, g, s, p, q, r, c); break;
    case SlopeFormula.finite: slopes.finiteSlopeFormula32(n, g, s, p, q, r, c); break;
  }
}
