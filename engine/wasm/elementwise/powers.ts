/** Powers of two tensors. Allocations are multiples of 64 bytes, so operands and results may be read and written two whole vectors at a time. */
import { mapPow } from "../math/power";
import { isMaddFused, loadSplat, storePair, threadBuffer } from "../simd/lanes";

/** Where an operand of one element is repeated, two vectors for each operand. */
const repeatedBytes: usize = 32;

// @ts-ignore: decorator
@inline
function repeat<T>(from: usize, index: usize): usize {
  const to = threadBuffer + index * repeatedBytes, x = loadSplat<T>(from);
  storePair(to, x, x);
  return to;
}

/* Each loop has a function of its own, as V8 compiles the loops of a large function to slower code. */

function fused32(n: usize, a: usize, aMask: usize, b: usize, bMask: usize, c: usize): void {
  mapPow<f32>(true, n, a, aMask, b, bMask, c);
}

function exact32(n: usize, a: usize, aMask: usize, b: usize, bMask: usize, c: usize): void {
  mapPow<f32>(false, n, a, aMask, b, bMask, c);
}

function fused64(n: usize, a: usize, aMask: usize, b: usize, bMask: usize, c: usize): void {
  mapPow<f64>(true, n, a, aMask, b, bMask, c);
}

function exact64(n: usize, a: usize, aMask: usize, b: usize, bMask: usize, c: usize): void {
  mapPow<f64>(false, n, a, aMask, b, bMask, c);
}

/* c = a^b for n elements, of which either operand may be a single one. */

export function powPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  const x = aSingle ? repeat<f32>(a, 0) : a, z = bSingle ? repeat<f32>(b, 1) : b;
  const xMask: usize = aSingle ? 0 : -1, zMask: usize = bSingle ? 0 : -1;
  if (ASC_FEATURE_RELAXED_SIMD && isMaddFused()) fused32(n, x, xMask, z, zMask, c);
  else exact32(n, x, xMask, z, zMask, c);
}

export function powPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  const x = aSingle ? repeat<f64>(a, 0) : a, z = bSingle ? repeat<f64>(b, 1) : b;
  const xMask: usize = aSingle ? 0 : -1, zMask: usize = bSingle ? 0 : -1;
  if (ASC_FEATURE_RELAXED_SIMD && isMaddFused()) fused64(n, x, xMask, z, zMask, c);
  else exact64(n, x, xMask, z, zMask, c);
}
