/** Elementwise functions of one tensor in float64 that need more than an instruction or two. */
import * as Unary from "../../src/fast/abi/codes/unary";
import { exp, exp2, log, sigmoid, tanh } from "../math/exponential64";
import { all } from "../math/generic";
import { acos, acosh, asin, asinh, atan, atanh } from "../math/inverse64";
import { erf, gelu, geluTanh } from "../math/normal64";
import { erfc, erfinv, ndtr, ndtri } from "../math/quantile64";
import { hasLargeLane, sine, sineByHost } from "../math/trigonometric64";
import { storePair } from "../simd/lanes";

/** Returns sin x / cos x. */
// @ts-ignore: decorator
@inline
function tan(x: v128): v128 {
  if (hasLargeLane(x)) return f64x2.div(sineByHost(x, false), sineByHost(x, true));
  return f64x2.div(sine(x, false), sine(x, true));
}

// @ts-ignore: decorator
@inline
function apply(op: i32, x: v128): v128 {
  if (op == Unary.exp) return exp(x);
  if (op == Unary.log) return log(x);
  if (op == Unary.tanh) return tanh(x);
  if (op == Unary.sigmoid) return sigmoid(x);
  if (op == Unary.erf) return erf(x);
  if (op == Unary.exp2) return exp2(x);
  if (op == Unary.tan) return tan(x);
  if (op == Unary.asin) return asin(x);
  if (op == Unary.acos) return acos(x);
  if (op == Unary.atan) return atan(x);
  if (op == Unary.asinh) return asinh(x);
  if (op == Unary.acosh) return acosh(x);
  if (op == Unary.atanh) return atanh(x);
  if (op == Unary.erfc) return erfc(x);
  if (op == Unary.ndtr) return ndtr(x);
  if (op == Unary.erfinv) return erfinv(x);
  if (op == Unary.ndtri) return ndtri(x);
  if (op == Unary.log2) return f64x2.mul(log(x), all<f64>(1.4426950408889634));
  if (op == Unary.log10) return f64x2.mul(log(x), all<f64>(0.4342944819032518));
  return op == Unary.gelu ? gelu(x) : geluTanh(x);
}

/** Computes c = f(a) two vectors at a time. */
// @ts-ignore: decorator
@inline
function mapPairs(op: i32, n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n << 3; i += 32) storePair(c + i, apply(op, v128.load(a + i)), apply(op, v128.load(a + i, 16)));
}

/** Computes c = f(a) one vector at a time: V8 joins two vectors wrongly in some functions. */
// @ts-ignore: decorator
@inline
function map(op: i32, n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n << 3; i += 16) v128.store(c + i, apply(op, v128.load(a + i)));
}

/** Computes c = sin a, or cos a where `isCosine`. */
// @ts-ignore: decorator
@inline
function mapSine(isCosine: bool, n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n << 3; i += 16) {
    const x = v128.load(a + i);
    v128.store(c + i, hasLargeLane(x) ? sineByHost(x, isCosine) : sine(x, isCosine));
  }
}

/* c = f(a) for n elements. */

export function exp64(n: usize, a: usize, c: usize): void {
  mapPairs(Unary.exp, n, a, c);
}

export function log64(n: usize, a: usize, c: usize): void {
  mapPairs(Unary.log, n, a, c);
}

export function tanh64(n: usize, a: usize, c: usize): void {
  mapPairs(Unary.tanh, n, a, c);
}

export function sigmoid64(n: usize, a: usize, c: usize): void {
  mapPairs(Unary.sigmoid, n, a, c);
}

export function erf64(n: usize, a: usize, c: usize): void {
  map(Unary.erf, n, a, c);
}

export function gelu64(n: usize, a: usize, c: usize): void {
  map(Unary.gelu, n, a, c);
}

export function geluTanh64(n: usize, a: usize, c: usize): void {
  map(Unary.geluTanh, n, a, c);
}

export function sin64(n: usize, a: usize, c: usize): void {
  mapSine(false, n, a, c);
}

export function cos64(n: usize, a: usize, c: usize): void {
  mapSine(true, n, a, c);
}

export function exp264(n: usize, a: usize, c: usize): void {
  mapPairs(Unary.exp2, n, a, c);
}

export function tan64(n: usize, a: usize, c: usize): void {
  map(Unary.tan, n, a, c);
}

export function asin64(n: usize, a: usize, c: usize): void {
  map(Unary.asin, n, a, c);
}

export function acos64(n: usize, a: usize, c: usize): void {
  map(Unary.acos, n, a, c);
}

export function atan64(n: usize, a: usize, c: usize): void {
  map(Unary.atan, n, a, c);
}

export function asinh64(n: usize, a: usize, c: usize): void {
  mapPairs(Unary.asinh, n, a, c);
}

export function acosh64(n: usize, a: usize, c: usize): void {
  mapPairs(Unary.acosh, n, a, c);
}

export function atanh64(n: usize, a: usize, c: usize): void {
  mapPairs(Unary.atanh, n, a, c);
}

export function erfc64(n: usize, a: usize, c: usize): void {
  map(Unary.erfc, n, a, c);
}

export function ndtr64(n: usize, a: usize, c: usize): void {
  map(Unary.ndtr, n, a, c);
}

export function erfinv64(n: usize, a: usize, c: usize): void {
  map(Unary.erfinv, n, a, c);
}

export function ndtri64(n: usize, a: usize, c: usize): void {
  map(Unary.ndtri, n, a, c);
}

export function log264(n: usize, a: usize, c: usize): void {
  mapPairs(Unary.log2, n, a, c);
}

export function log1064(n: usize, a: usize, c: usize): void {
  mapPairs(Unary.log10, n, a, c);
}
