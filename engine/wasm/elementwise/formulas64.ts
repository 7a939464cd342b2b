/** Elementwise functions of one tensor and numbers, c = f(a) for n elements, in float64. Each has a function of its own, as V8 compiles the loops of a large function to slower code. */
import * as Formula from "../../src/fast/abi/codes/formula";
import { map } from "./formulas";

export function silu64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.silu, n, a, p, q, r, c);
}

export function mish64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.mish, n, a, p, q, r, c);
}

export function softplus64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.softplus, n, a, p, q, r, c);
}

export function logSigmoid64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.logSigmoid, n, a, p, q, r, c);
}

export function exponentialLinear64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.exponentialLinear, n, a, p, q, r, c);
}

export function expm164(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.expm1, n, a, p, q, r, c);
}

export function log1p64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.log1p, n, a, p, q, r, c);
}

export function logit64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.logit, n, a, p, q, r, c);
}

export function leakyRelu64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.leakyRelu, n, a, p, q, r, c);
}

export function limit64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.limit, n, a, p, q, r, c);
}

export function hardsigmoid64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.hardsigmoid, n, a, p, q, r, c);
}

export function hardswish64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.hardswish, n, a, p, q, r, c);
}

export function softshrink64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.softshrink, n, a, p, q, r, c);
}

export function hardshrink64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.hardshrink, n, a, p, q, r, c);
}

export function threshold64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.threshold, n, a, p, q, r, c);
}

export function frac64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.frac, n, a, p, q, r, c);
}

export function scale64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.scale, n, a, p, q, r, c);
}

export function nanToNum64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.nanToNum, n, a, p, q, r, c);
}

export function angle64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.angle, n, a, p, q, r, c);
}

export function entr64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.entr, n, a, p, q, r, c);
}

export function sinh64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.sinh, n, a, p, q, r, c);
}

export function cosh64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.cosh, n, a, p, q, r, c);
}

export function huber64(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f64>(Formula.huber, n, a, p, q, r, c);
}
