/** Gradients of elementwise functions, c = g f'(s) for n elements, in float64. Each has a function of its own, as V8 compiles the loops of a large function to slower code. */
import * as SlopeFormula from "../../src/fast/abi/codes/slope-formula";
import { map } from "./slope-formulas";

export function siluSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.silu, n, g, s, p, q, r, c);
}

export function mishSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.mish, n, g, s, p, q, r, c);
}

export function softplusSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.softplus, n, g, s, p, q, r, c);
}

export function logSigmoidSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.logSigmoid, n, g, s, p, q, r, c);
}

export function exponentialLinearSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.exponentialLinear, n, g, s, p, q, r, c);
}

export function leakyReluSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.leakyRelu, n, g, s, p, q, r, c);
}

export function betweenSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.between, n, g, s, p, q, r, c);
}

export function hardsigmoidSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.hardsigmoid, n, g, s, p, q, r, c);
}

export function hardswishSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.hardswish, n, g, s, p, q, r, c);
}

export function outsideSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.outside, n, g, s, p, q, r, c);
}

export function thresholdSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.threshold, n, g, s, p, q, r, c);
}

export function absSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.abs, n, g, s, p, q, r, c);
}

export function huberSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.huber, n, g, s, p, q, r, c);
}

export function quotientSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.quotient, n, g, s, p, q, r, c);
}

export function log1pSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.log1p, n, g, s, p, q, r, c);
}

export function productSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.product, n, g, s, p, q, r, c);
}

export function reciprocalSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.reciprocal, n, g, s, p, q, r, c);
}

export function sqrtSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.sqrt, n, g, s, p, q, r, c);
}

export function rsqrtSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.rsqrt, n, g, s, p, q, r, c);
}

export function gaussianSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.gaussian, n, g, s, p, q, r, c);
}

export function incrementSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.increment, n, g, s, p, q, r, c);
}

export function squareIncrementSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.squareIncrement, n, g, s, p, q, r, c);
}

export function arcsineSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.arcsine, n, g, s, p, q, r, c);
}

export function atanSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.atan, n, g, s, p, q, r, c);
}

export function atanhSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.atanh, n, g, s, p, q, r, c);
}

export function asinhSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.asinh, n, g, s, p, q, r, c);
}

export function acoshSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.acosh, n, g, s, p, q, r, c);
}

export function logitSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.logit, n, g, s, p, q, r, c);
}

export function finiteSlopeFormula64(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(SlopeFormula.finite, n, g, s, p, q, r, c);
}
