/**
 * Gradients of activations: a cotangent g times the derivative at s, which is what the op saved: the output of relu, tanh and sigmoid, the input of GELU.
 * Allocations are multiples of 64 bytes, so operands and result may be read and written two whole vectors at a time.
 */
import * as Slope from "../../src/fast/abi/codes/slope";
import { geluSlope, geluTanhSlope } from "../math/normal32";
import { geluSlope as geluSlopeOf64, geluTanhSlope as geluTanhSlopeOf64 } from "../math/normal64";
import { allWithin, storePair } from "../simd/lanes";

/** The |x| up to which the derivatives of GELU have a faster formula. */
const fastBound: f32 = 9.8;

/** Returns g f'; `near` says that |s| is within the bound of the faster formula. */
// @ts-ignore: decorator
@inline
function slope<T>(op: i32, g: v128, s: v128, near: bool): v128 {
  const ones = v128.splat<T>(1 as T);
  // relu by its output, where NaN passes the gradient
  if (op == Slope.relu) return v128.andnot(g, v128.le<T>(s, v128.splat<T>(0 as T)));
  if (op == Slope.tanh) return v128.mul<T>(g, v128.sub<T>(ones, v128.mul<T>(s, s)));
  if (op == Slope.sigmoid) return v128.mul<T>(g, v128.mul<T>(s, v128.sub<T>(ones, s)));
  if (op == Slope.gelu) return v128.mul<T>(g, geluSlope(s, near));
  return v128.mul<T>(g, geluTanhSlope(s, near));
}

/** Computes two vectors of which a lane is beyond the bound of the faster formula. */
function slopesSlowly(op: i32, g: usize, s: usize, c: usize): void {
  for (let i: usize = 0; i < 32; i += 16) {
    const gi = v128.load(g + i), si = v128.load(s + i);
    v128.store(c + i, op == Slope.gelu ? slope<f32>(Slope.gelu, gi, si, false) : slope<f32>(Slope.geluTanh, gi, si, false));
  }
}

// @ts-ignore: decorator
@inline
function slopes<T>(op: i32, n: usize, g: usize, s: usize, c: usize): void {
  const bytes = n * sizeof<T>();
  for (let i: usize = 0; i < bytes; i += 32) {
    const g0 = v128.load(g + i), g1 = v128.load(g + i, 16), s0 = v128.load(s + i), s1 = v128.load(s + i, 16);
    if (op < Slope.gelu || allWithin(s0, s1, fastBound)) storePair(c + i, slope<T>(op, g0, s0, true), slope<T>(op, g1, s1, true));
    else slopesSlowly(op, g + i, s + i, c + i);
  }
}

/* c = g f'(s) for n elements. */

export function reluSlope32(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f32>(Slope.relu, n, g, s, c);
}

export function tanhSlope32(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f32>(Slope.tanh, n, g, s, c);
}

export function sigmoidSlope32(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f32>(Slope.sigmoid, n, g, s, c);
}

export function geluSlope32(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f32>(Slope.gelu, n, g, s, c);
}

export function geluTanhSlope32(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f32>(Slope.geluTanh, n, g, s, c);
}

export function reluSlope64(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f64>(Slope.relu, n, g, s, c);
}

export function tanhSlope64(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f64>(Slope.tanh, n, g, s, c);
}

export function sigmoidSlope64(n: usize, g: usize, s: usize, c: usize): void {
  slopes<f64>(Slope.sigmoid, n, g, s, c);
}

export function geluSlope64(n: usize, g: usize, s: usize, c: usize): void {
  for (let i: usize = 0; i < n << 3; i += 16) v128.store(c + i, f64x2.mul(v128.load(g + i), geluSlopeOf64(v128.load(s + i))));
}

export function geluTanhSlope64(n: usize, g: usize, s: usize, c: usize): void {
  for (let i: usize = 0; i < n << 3; i += 16) v128.store(c + i, f64x2.mul(v128.load(g + i), geluTanhSlopeOf64(v128.load(s + i))));
}
