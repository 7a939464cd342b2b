/** Gradients of elementwise functions, c = g f'(s) for n elements, in float32. Each has a function of its own, as V8 compiles the loops of a large function to slower code. */
import * as SlopeFormula from "../../src/fast/abi/codes/slope-formula";
import { map } from "./slope-formulas";

export function siluSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.silu, n, g, s, p, q, r, c);
}

export function mishSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.mish, n, g, s, p, q, r, c);
}

export function softplusSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.softplus, n, g, s, p, q, r, c);
}

export function logSigmoidSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.logSigmoid, n, g, s, p, q, r, c);
}

export function exponentialLinearSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.exponentialLinear, n, g, s, p, q, r, c);
}

export function leakyReluSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.leakyRelu, n, g, s, p, q, r, c);
}

export function betweenSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.between, n, g, s, p, q, r, c);
}

export function hardsigmoidSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.hardsigmoid, n, g, s, p, q, r, c);
}

export function hardswishSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.hardswish, n, g, s, p, q, r, c);
}

export function outsideSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.outside, n, g, s, p, q, r, c);
}

export function thresholdSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.threshold, n, g, s, p, q, r, c);
}

export function absSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.abs, n, g, s, p, q, r, c);
}

export function huberSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.huber, n, g, s, p, q, r, c);
}

export function quotientSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.quotient, n, g, s, p, q, r, c);
}

export function log1pSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.log1p, n, g, s, p, q, r, c);
}

export function productSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.product, n, g, s, p, q, r, c);
}

export function reciprocalSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.reciprocal, n, g, s, p, q, r, c);
}

export function sqrtSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.sqrt, n, g, s, p, q, r, c);
}

export function rsqrtSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.rsqrt, n, g, s, p, q, r, c);
}

export function gaussianSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.gaussian, n, g, s, p, q, r, c);
}

export function incrementSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.increment, n, g, s, p, q, r, c);
}

export function squareIncrementSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.squareIncrement, n, g, s, p, q, r, c);
}

export function arcsineSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.arcsine, n, g, s, p, q, r, c);
}

export function atanSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.atan, n, g, s, p, q, r, c);
}

export function atanhSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.atanh, n, g, s, p, q, r, c);
}

export function asinhSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.asinh, n, g, s, p, q, r, c);
}

export function acoshSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.acosh, n, g, s, p, q, r, c);
}

export function logitSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.logit, n, g, s, p, q, r, c);
}

export function finiteSlopeFormula32(n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(SlopeFormula.finite, n, g, s, p, q, r, c);
}
