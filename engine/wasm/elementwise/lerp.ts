/** Linear interpolation, and sums of a tensor and a product of two. Operands and results may be read and written two whole vectors at a time. */
import { loadSplat, storePair } from "../simd/lanes";

/** Returns x + w (z - x). */
// @ts-ignore: decorator
@inline
function between<T>(x: v128, z: v128, w: v128): v128 {
  return v128.add<T>(x, v128.mul<T>(w, v128.sub<T>(z, x)));
}

// @ts-ignore: decorator
@inline
function lerp<T>(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, w: usize, wSingle: bool, c: usize): void {
  const bytes = n * sizeof<T>();
  if (wSingle && !aSingle && !bSingle) {
    const weight = loadSplat<T>(w);
    for (let i: usize = 0; i < bytes; i += 32)
      storePair(c + i, between<T>(v128.load(a + i), v128.load(b + i), weight), between<T>(v128.load(a + i, 16), v128.load(b + i, 16), weight));
    return;
  }
  if (!wSingle && !aSingle && !bSingle) {
    for (let i: usize = 0; i < bytes; i += 32)
      storePair(c + i, between<T>(v128.load(a + i), v128.load(b + i), v128.load(w + i)), between<T>(v128.load(a + i, 16), v128.load(b + i, 16), v128.load(w + i, 16)));
    return;
  }
  const x = loadSplat<T>(a), z = loadSplat<T>(b), weight = loadSplat<T>(w);
  for (let i: usize = 0; i < bytes; i += 16)
    v128.store(c + i, between<T>(aSingle ? x : v128.load(a + i), bSingle ? z : v128.load(b + i), wSingle ? weight : v128.load(w + i)));
}

/** Computes c = a + w (b - a) for n float32, of which each operand may be a single one. */
export function lerp32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, w: usize, wSingle: bool, c: usize): void {
  lerp<f32>(n, a, aSingle, b, bSingle, w, wSingle, c);
}

/** Computes c = a + w (b - a) for n float64, of which each operand may be a single one. */
export function lerp64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, w: usize, wSingle: bool, c: usize): void {
  lerp<f64>(n, a, aSingle, b, bSingle, w, wSingle, c);
}

/** Returns the vector at an address, or its first element in all lanes. */
// @ts-ignore: decorator
@inline
function operand<T>(from: usize, single: bool): v128 {
  return single ? loadSplat<T>(from) : v128.load(from);
}

/** Computes c = a + f x z; `xSingle` and `zSingle` are constants of the caller, so that each loop has no choice. */
// @ts-ignore: decorator
@inline
function addProductOf<T>(bytes: usize, a: usize, x: usize, xSingle: bool, z: usize, zSingle: bool, f: v128, c: usize): void {
  const one = v128.mul<T>(f, loadSplat<T>(x)), other = loadSplat<T>(z);
  for (let i: usize = 0; i < bytes; i += 32) {
    const x0 = xSingle ? one : v128.mul<T>(f, v128.load(x + i)), x1 = xSingle ? one : v128.mul<T>(f, v128.load(x + i, 16));
    const z0 = zSingle ? other : v128.load(z + i), z1 = zSingle ? other : v128.load(z + i, 16);
    storePair(c + i, v128.add<T>(v128.load(a + i), v128.mul<T>(x0, z0)), v128.add<T>(v128.load(a + i, 16), v128.mul<T>(x1, z1)));
  }
}

// @ts-ignore: decorator
@inline
function addProduct<T>(n: usize, a: usize, aSingle: bool, x: usize, xSingle: bool, z: usize, zSingle: bool, factor: f64, c: usize): void {
  const bytes = n * sizeof<T>(), f = v128.splat<T>(<T>factor);
  if (aSingle)
    for (let i: usize = 0; i < bytes; i += 16)
      v128.store(c + i, v128.add<T>(operand<T>(a, true), v128.mul<T>(v128.mul<T>(f, operand<T>(xSingle ? x : x + i, xSingle)), operand<T>(zSingle ? z : z + i, zSingle))));
  else if (xSingle) addProductOf<T>(bytes, a, z, zSingle, x, true, f, c);
  else if (zSingle) addProductOf<T>(bytes, a, x, false, z, true, f, c);
  else addProductOf<T>(bytes, a, x, false, z, false, f, c);
}

/** Computes c = a + factor x z for n float32, of which each operand may be a single one. */
export function addProduct32(n: usize, a: usize, aSingle: bool, x: usize, xSingle: bool, z: usize, zSingle: bool, factor: f64, c: usize): void {
  addProduct<f32>(n, a, aSingle, x, xSingle, z, zSingle, factor, c);
}

/** Computes c = a + factor x z for n float64, of which each operand may be a single one. */
export function addProduct64(n: usize, a: usize, aSingle: bool, x: usize, xSingle: bool, z: usize, zSingle: bool, factor: f64, c: usize): void {
  addProduct<f64>(n, a, aSingle, x, xSingle, z, zSingle, factor, c);
}
