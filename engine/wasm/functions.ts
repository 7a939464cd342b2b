/**
 * Functions of one tensor and the gradients of activations. What begins at the start of a block may be read and written two whole vectors at a
 * time, as blocks are multiples of 64 bytes.
 */
import { sine, sinesAreShort } from "./angle";
import { exp, log, sigmoid, tanh } from "./exponential";
import { storePair, within } from "./lanes";
import { erf, gelu, geluSlope, geluTanh, geluTanhSlope } from "./normal";

/** The |x| up to which a function does without what is very large or small; 0 where it does so everywhere. */
// @ts-ignore: decorator
@inline
function reach(op: i32): f32 {
  if (op == 7 || op == 10) return 87;
  if (op == 12 || op == 13) return 9.8;
  return op == 14 || op == 15 ? 1000000 : 0;
}

/** 1 or -1 by lanes; 0 for zeros, and for NaN. */
// @ts-ignore: decorator
@inline
function sign<T>(x: v128): v128 {
  const zero = v128.splat<T>(0 as T), one = v128.splat<T>(1 as T);
  return v128.sub<T>(v128.and(v128.gt<T>(x, zero), one), v128.and(v128.lt<T>(x, zero), one));
}

/** Within its reach. */
// @ts-ignore: decorator
@inline
function one<T>(op: i32, x: v128): v128 {
  if (op == 0) return v128.neg<T>(x);
  if (op == 1) return v128.abs<T>(x);
  if (op == 2) return v128.sqrt<T>(x);
  // pmax keeps NaN, and adding 0 makes -0 positive
  if (op == 3) return v128.add<T>(v128.pmax<T>(x, v128.splat<T>(0)), v128.splat<T>(0));
  if (op == 4) return v128.mul<T>(x, x);
  if (op == 5) return v128.div<T>(v128.splat<T>(1), x);
  if (op == 6) return v128.div<T>(v128.splat<T>(1), v128.sqrt<T>(x));
  if (op == 7) return exp(x, true);
  if (op == 8) return log(x);
  if (op == 9) return tanh(x);
  if (op == 10) return sigmoid(x, true);
  if (op == 11) return erf(x);
  if (op == 12) return gelu(x, true);
  if (op == 13) return geluTanh(x, true);
  if (op == 16) return v128.floor<T>(x);
  if (op == 17) return v128.ceil<T>(x);
  if (op == 18) return v128.trunc<T>(x);
  if (op == 19) return v128.nearest<T>(x);
  if (op == 20) return sign<T>(x);
  return sine(x, op == 15, true);
}

/** Two vectors beyond its reach. */
function beyond(op: i32, a: usize, c: usize): void {
  for (const end = a + 32; a < end; a += 16, c += 16) {
    const x = v128.load(a);
    if (op == 7) v128.store(c, exp(x, false));
    else if (op == 10) v128.store(c, sigmoid(x, false));
    else if (op == 12) v128.store(c, gelu(x, false));
    else if (op == 13) v128.store(c, geluTanh(x, false));
    else v128.store(c, sine(x, op == 15, false));
  }
}

/** Two vectors at a time: one index for all, which the machine adds to the addresses by itself, and stores behind all else, so that they pair. */
// @ts-ignore: decorator
@inline
function each<T>(op: i32, bytes: usize, a: usize, c: usize): void {
  const able = (op != 14 && op != 15) || sinesAreShort();
  for (let i: usize = 0; i < bytes; i += 32) {
    const x = v128.load(a + i), z = v128.load(a + i, 16);
    if (reach(op) == 0 || (able && within(x, z, reach(op)))) storePair(c + i, one<T>(op, x), one<T>(op, z));
    else beyond(op, a + i, c + i);
  }
}

/* c = f(a) for n elements. A function each: V8 makes the loops of a large function slower. */

export function neg32(n: usize, a: usize, c: usize): void {
  each<f32>(0, n << 2, a, c);
}

export function abs32(n: usize, a: usize, c: usize): void {
  each<f32>(1, n << 2, a, c);
}

export function sqrt32(n: usize, a: usize, c: usize): void {
  each<f32>(2, n << 2, a, c);
}

export function relu32(n: usize, a: usize, c: usize): void {
  each<f32>(3, n << 2, a, c);
}

export function square32(n: usize, a: usize, c: usize): void {
  each<f32>(4, n << 2, a, c);
}

export function reciprocal32(n: usize, a: usize, c: usize): void {
  each<f32>(5, n << 2, a, c);
}

export function rsqrt32(n: usize, a: usize, c: usize): void {
  each<f32>(6, n << 2, a, c);
}

export function exp32(n: usize, a: usize, c: usize): void {
  each<f32>(7, n << 2, a, c);
}

export function log32(n: usize, a: usize, c: usize): void {
  each<f32>(8, n << 2, a, c);
}

export function tanh32(n: usize, a: usize, c: usize): void {
  each<f32>(9, n << 2, a, c);
}

export function sigmoid32(n: usize, a: usize, c: usize): void {
  each<f32>(10, n << 2, a, c);
}

export function erf32(n: usize, a: usize, c: usize): void {
  each<f32>(11, n << 2, a, c);
}

export function gelu32(n: usize, a: usize, c: usize): void {
  each<f32>(12, n << 2, a, c);
}

export function geluTanh32(n: usize, a: usize, c: usize): void {
  each<f32>(13, n << 2, a, c);
}

export function sin32(n: usize, a: usize, c: usize): void {
  each<f32>(14, n << 2, a, c);
}

export function cos32(n: usize, a: usize, c: usize): void {
  each<f32>(15, n << 2, a, c);
}

export function neg64(n: usize, a: usize, c: usize): void {
  each<f64>(0, n << 3, a, c);
}

export function abs64(n: usize, a: usize, c: usize): void {
  each<f64>(1, n << 3, a, c);
}

export function sqrt64(n: usize, a: usize, c: usize): void {
  each<f64>(2, n << 3, a, c);
}

export function relu64(n: usize, a: usize, c: usize): void {
  each<f64>(3, n << 3, a, c);
}

export function square64(n: usize, a: usize, c: usize): void {
  each<f64>(4, n << 3, a, c);
}

export function reciprocal64(n: usize, a: usize, c: usize): void {
  each<f64>(5, n << 3, a, c);
}

export function rsqrt64(n: usize, a: usize, c: usize): void {
  each<f64>(6, n << 3, a, c);
}

export function floor32(n: usize, a: usize, c: usize): void {
  each<f32>(16, n << 2, a, c);
}

export function floor64(n: usize, a: usize, c: usize): void {
  each<f64>(16, n << 3, a, c);
}

export function ceil32(n: usize, a: usize, c: usize): void {
  each<f32>(17, n << 2, a, c);
}

export function ceil64(n: usize, a: usize, c: usize): void {
  each<f64>(17, n << 3, a, c);
}

export function trunc32(n: usize, a: usize, c: usize): void {
  each<f32>(18, n << 2, a, c);
}

export function trunc64(n: usize, a: usize, c: usize): void {
  each<f64>(18, n << 3, a, c);
}

export function round32(n: usize, a: usize, c: usize): void {
  each<f32>(19, n << 2, a, c);
}

export function round64(n: usize, a: usize, c: usize): void {
  each<f64>(19, n << 3, a, c);
}

export function sign32(n: usize, a: usize, c: usize): void {
  each<f32>(20, n << 2, a, c);
}

export function sign64(n: usize, a: usize, c: usize): void {
  each<f64>(20, n << 3, a, c);
}

/** The product of a cotangent g and a slope at s, which is what the op saved: its input or its output. */
// @ts-ignore: decorator
@inline
function slope<T>(op: i32, g: v128, s: v128, near: bool): v128 {
  const ones = v128.splat<T>(1 as T);
  // relu by its output, where NaN passes the gradient
  if (op == 0) return v128.andnot(g, v128.le<T>(s, v128.splat<T>(0 as T)));
  if (op == 1) return v128.mul<T>(g, v128.sub<T>(ones, v128.mul<T>(s, s)));
  if (op == 2) return v128.mul<T>(g, v128.mul<T>(s, v128.sub<T>(ones, s)));
  if (op == 3) return v128.mul<T>(g, geluSlope(s, near));
  return v128.mul<T>(g, geluTanhSlope(s, near));
}

function slopesBeyond(op: i32, g: usize, s: usize, c: usize): void {
  for (let i: usize = 0; i < 32; i += 16) {
    const gi = v128.load(g + i), si = v128.load(s + i);
    v128.store(c + i, op == 3 ? slope<f32>(3, gi, si, false) : slope<f32>(4, gi, si, false));
  }
}

// @ts-ignore: decorator
@inline
function slopes<T>(op: i32, n: usize, g: usize, s: usize, c: usize): void {
  const bytes = n * sizeof<T>();
  for (let i: usize = 0; i < bytes; i += 32) {
    const g0 = v128.load(g + i), g1 = v128.load(g + i, 16), s0 = v128.load(s + i), s1 = v128.load(s + i, 16);
    if (op < 3 || within(s0, s1, 9.8)) storePair(c + i, slope<T>(op, g0, s0, true), slope<T>(op, g1, s1, true));
    else slopesBeyond(op, g + i, s + i, c + i);
  }
}

/* c = g f', by the output of the first three, by the input of the others. */

export function reluSlope32(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f32>(0, n, g, s, c);
}

export function tanhSlope32(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f32>(1, n, g, s, c);
}

export function sigmoidSlope32(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f32>(2, n, g, s, c);
}

export function geluSlope32(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f32>(3, n, g, s, c);
}

export function geluTanhSlope32(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f32>(4, n, g, s, c);
}

export function reluSlope64(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f64>(0, n, g, s, c);
}

export function tanhSlope64(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f64>(1, n, g, s, c);
}

export function sigmoidSlope64(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f64>(2, n, g, s, c);
}
