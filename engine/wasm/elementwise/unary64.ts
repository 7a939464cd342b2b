/** Elementwise functions of one tensor in float64 that need more than an instruction or two. */
import * as Unary from "../../src/fast/abi/codes/unary";
import { exp, log, sigmoid, tanh } from "../math/exponential64";
import { erf, gelu, geluTanh } from "../math/normal64";
import { hasLargeLane, sine, sineByHost } from "../math/trigonometric64";
import { storePair } from "../simd/lanes";

// @ts-ignore: decorator
@inline
function apply(op: i32, x: v128): v128 {
  if (op == Unary.exp) return exp(x);
  if (op == Unary.log) return log(x);
  if (op == Unary.tanh) return tanh(x);
  if (op == Unary.sigmoid) return sigmoid(x);
  if (op == Unary.erf) return erf(x);
  return op == Unary.gelu ? gelu(x) : geluTanh(x);
}

/** Computes c = f(a) two vectors at a time. */
// @ts-ignore: decorator
@inline
function mapPairs(op: i32, n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n << 3; i += 32) storePair(c + i, apply(op, v128.load(a + i)), apply(op, v128.load(a + i, 16)));
}

/** Computes c = f(a) one vector at a time. */
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
