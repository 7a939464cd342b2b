/** Elementwise functions of one tensor and numbers, c = f(a) for n elements, in float32. Each has a function of its own, as V8 compiles the loops of a large function to slower code. */
import * as Formula from "../../src/fast/abi/codes/formula";
import { map } from "./formulas";

export function silu32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.silu, n, a, p, q, r, c);
}

export function mish32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.mish, n, a, p, q, r, c);
}

export function softplus32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.softplus, n, a, p, q, r, c);
}

export function logSigmoid32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.logSigmoid, n, a, p, q, r, c);
}

export function exponentialLinear32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.exponentialLinear, n, a, p, q, r, c);
}

export function expm132(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.expm1, n, a, p, q, r, c);
}

export function log1p32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.log1p, n, a, p, q, r, c);
}

export function logit32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.logit, n, a, p, q, r, c);
}

export function leakyRelu32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.leakyRelu, n, a, p, q, r, c);
}

export function limit32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.limit, n, a, p, q, r, c);
}

export function hardsigmoid32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.hardsigmoid, n, a, p, q, r, c);
}

export function hardswish32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.hardswish, n, a, p, q, r, c);
}

export function softshrink32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.softshrink, n, a, p, q, r, c);
}

export function hardshrink32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.hardshrink, n, a, p, q, r, c);
}

export function threshold32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.threshold, n, a, p, q, r, c);
}

export function frac32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.frac, n, a, p, q, r, c);
}

export function scale32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.scale, n, a, p, q, r, c);
}

export function nanToNum32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.nanToNum, n, a, p, q, r, c);
}

export function angle32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.angle, n, a, p, q, r, c);
}

export function entr32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.entr, n, a, p, q, r, c);
}

export function sinh32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.sinh, n, a, p, q, r, c);
}

export function cosh32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.cosh, n, a, p, q, r, c);
}

export function huber32(n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  map<f32>(Formula.huber, n, a, p, q, r, c);
}
