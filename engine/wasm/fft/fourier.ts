/** Fourier transforms of the lines of a tensor, as `engine/src/fast/abi/jobs/fourier` describes them. */
import * as Job from "../../src/fast/abi/jobs/fourier";
import { loadSplat, storePair } from "../simd/lanes";
import { address, double, word } from "../threads/words";
import { isWhole, lanes, loadComplex, loadReal, storeComplex, storeReal } from "./lines";
import { elementBytes, imaginary, storeElement } from "./passes";
import { termsBytes, transform } from "./transform";

/** Returns the bytes of the buffers for passes of so many elements: two, and one for real lines, which may be twice as long. */
export function fourierBufferBytes(size: usize): usize {
  return (4 * size + 2) * elementBytes + termsBytes;
}

/** Multiplies element k of line j, both counted from 0, by the root j k, which is a product of an entry of each table. */
function twist<T>(words: usize, first: i32, buffer: usize): void {
  const n = word(words, Job.length), bits = word(words, Job.rootBits);
  const low = address(words, Job.lowRoots), high = address(words, Job.highRoots);
  for (let k = 0; k < n; k++)
    for (let lane = 0; lane < lanes<T>(); lane++) {
      // lanes behind the last line have copies of it
      const root = k * (word(words, Job.firstLine) + min(first + lane, word(words, Job.lines) - 1));
      const p = low + (<usize>(root & ((1 << bits) - 1)) << 4), q = high + (<usize>(root >>> bits) << 4);
      const a = load<f64>(p), b = load<f64>(p, 8), c = load<f64>(q), d = load<f64>(q, 8);
      const wr = a * c - b * d, wi = a * d + b * c;
      const at = buffer + <usize>k * elementBytes + <usize>lane * sizeof<T>();
      const re = <f64>load<T>(at), im = <f64>load<T>(at, imaginary);
      store<T>(at, <T>(re * wr - im * wi));
      store<T>(at, <T>(re * wi + im * wr), imaginary);
    }
}

/** Transforms complex lines. The inverse transform is the transform of the numbers with real and imaginary parts exchanged. */
// @ts-ignore: decorator
@inline
function complexLines<T>(words: usize, from: usize, to: usize): void {
  const n = word(words, Job.length), lines = word(words, Job.lines), buffer = address(words, Job.buffer);
  const re: usize = word(words, Job.isInverse) != 0 ? imaginary : 0, im = imaginary - re;
  const scale = <T>double(words, Job.scaleLow);
  const fromStep = address(words, Job.fromStep), toStep = address(words, Job.toStep);
  for (let first = 0; first < lines; first += lanes<T>()) {
    loadComplex<T>(words, n, from, fromStep, first, buffer, re, im);
    const result = transform<T>(words, isWhole<T>(words, first));
    if (address(words, Job.lowRoots) != 0) twist<T>(words, first, result);
    storeComplex<T>(words, n, to, toStep, first, result, re, im, scale);
  }
}

/**
 * Computes X_k, for k up to h, of real lines of n = 2h elements from the transform Z of x_2j + i x_(2j+1):
 * X_k = (Z_k + conj Z_(h-k)) / 2 + w^k (Z_k - conj Z_(h-k)) / 2i.
 */
function split<T>(h: i32, z: usize, w: usize, x: usize): void {
  const half = v128.splat<T>(0.5 as T);
  for (let k = 0; k <= h; k++) {
    const a = z + <usize>(k == h ? 0 : k) * elementBytes, b = z + <usize>(k == 0 ? 0 : h - k) * elementBytes;
    const ar0 = v128.load(a), ar1 = v128.load(a, 16), ai0 = v128.load(a, 32), ai1 = v128.load(a, 48);
    const br0 = v128.load(b), br1 = v128.load(b, 16), bi0 = v128.load(b, 32), bi1 = v128.load(b, 48);
    const wr = v128.mul<T>(loadSplat<T>(w), half), wi = v128.mul<T>(loadSplat<T>(w + sizeof<T>()), half);
    const or0 = v128.add<T>(ai0, bi0), or1 = v128.add<T>(ai1, bi1), oi0 = v128.sub<T>(br0, ar0), oi1 = v128.sub<T>(br1, ar1);
    const er0 = v128.mul<T>(v128.add<T>(ar0, br0), half), er1 = v128.mul<T>(v128.add<T>(ar1, br1), half);
    const ei0 = v128.mul<T>(v128.sub<T>(ai0, bi0), half), ei1 = v128.mul<T>(v128.sub<T>(ai1, bi1), half);
    const tr0 = v128.sub<T>(v128.mul<T>(or0, wr), v128.mul<T>(oi0, wi)), tr1 = v128.sub<T>(v128.mul<T>(or1, wr), v128.mul<T>(oi1, wi));
    const ti0 = v128.add<T>(v128.mul<T>(or0, wi), v128.mul<T>(oi0, wr)), ti1 = v128.add<T>(v128.mul<T>(or1, wi), v128.mul<T>(oi1, wr));
    storeElement(x, v128.add<T>(er0, tr0), v128.add<T>(er1, tr1), v128.add<T>(ei0, ti0), v128.add<T>(ei1, ti1));
    w += 2 * sizeof<T>();
    x += elementBytes;
  }
}

/** Computes the sequence whose inverse transform has the real elements x_2j + i x_(2j+1) of Hermitian lines, from X_k for k up to h: the inverse of `split`, times n. Real and imaginary parts are exchanged. */
function join<T>(h: i32, x: usize, w: usize, z: usize): void {
  for (let k = 0; k < h; k++) {
    const a = x + <usize>k * elementBytes, b = x + <usize>(h - k) * elementBytes;
    const ar0 = v128.load(a), ar1 = v128.load(a, 16), ai0 = v128.load(a, 32), ai1 = v128.load(a, 48);
    const br0 = v128.load(b), br1 = v128.load(b, 16), bi0 = v128.load(b, 32), bi1 = v128.load(b, 48);
    const dr0 = v128.sub<T>(ar0, br0), dr1 = v128.sub<T>(ar1, br1), di0 = v128.add<T>(ai0, bi0), di1 = v128.add<T>(ai1, bi1);
    const wr = loadSplat<T>(w), wi = loadSplat<T>(w + sizeof<T>());
    // times the conjugate of w^k
    const or0 = v128.add<T>(v128.mul<T>(dr0, wr), v128.mul<T>(di0, wi)), or1 = v128.add<T>(v128.mul<T>(dr1, wr), v128.mul<T>(di1, wi));
    const oi0 = v128.sub<T>(v128.mul<T>(di0, wr), v128.mul<T>(dr0, wi)), oi1 = v128.sub<T>(v128.mul<T>(di1, wr), v128.mul<T>(dr1, wi));
    const er0 = v128.add<T>(ar0, br0), er1 = v128.add<T>(ar1, br1), ei0 = v128.sub<T>(ai0, bi0), ei1 = v128.sub<T>(ai1, bi1);
    storeElement(z, v128.add<T>(ei0, or0), v128.add<T>(ei1, or1), v128.sub<T>(er0, oi0), v128.sub<T>(er1, oi1));
    w += 2 * sizeof<T>();
    z += elementBytes;
  }
}

/** Writes the elements from `known` up to `n` of Hermitian lines: conjugates of those before. */
function mirror<T>(known: i32, n: i32, x: usize): void {
  for (let k = known; k < n; k++) {
    const from = x + <usize>(n - k) * elementBytes, to = x + <usize>k * elementBytes;
    storeElement(to, v128.load(from), v128.load(from, 16), v128.neg<T>(v128.load(from, 32)), v128.neg<T>(v128.load(from, 48)));
  }
}

/**
 * Multiplies the elements of a half Hermitian line of n that stand for their conjugates as well, and makes the others real: the first one, and for even n the last of n / 2 + 1. Takes
 * conjugates where `isConjugate`.
 */
function weigh<T>(n: i32, x: usize, middle: T, isConjugate: bool): void {
  const re = v128.splat<T>(middle), im = isConjugate ? v128.neg<T>(re) : re, zero = v128.splat<T>(0 as T);
  const half = n >> 1;
  storePair(x + imaginary, zero, zero);
  for (let k = 1; k <= half; k++) {
    const at = x + <usize>k * elementBytes;
    if (2 * k == n) storePair(at + imaginary, zero, zero);
    else storeElement(at, v128.mul<T>(v128.load(at), re), v128.mul<T>(v128.load(at, 16), re), v128.mul<T>(v128.load(at, 32), im), v128.mul<T>(v128.load(at, 48), im));
  }
}

/** Transforms real lines to the first `count` elements of their transforms. */
// @ts-ignore: decorator
@inline
function realLines<T>(words: usize, from: usize, to: usize): void {
  const h = word(words, Job.length), lines = word(words, Job.lines), buffer = address(words, Job.buffer);
  const roots = address(words, Job.evenRoots), count = word(words, Job.count), step = address(words, Job.fromStep);
  const n = roots == 0 ? h : 2 * h;
  const third = buffer + 2 * <usize>word(words, Job.size) * elementBytes + termsBytes;
  const scale = <T>double(words, Job.scaleLow), middle = <T>double(words, Job.middleLow);
  const isInverse = word(words, Job.isInverse) != 0;
  for (let first = 0; first < lines; first += lanes<T>()) {
    let result = third;
    if (roots == 0) {
      memory.fill(buffer, 0, <usize>n * elementBytes);
      loadReal<T>(words, n, from, step, first, buffer);
      result = transform<T>(words, isWhole<T>(words, first));
    } else {
      if (step == sizeof<T>()) loadComplex<T>(words, h, from, 2 * step, first, buffer, 0, imaginary);
      else {
        loadReal<T>(words, h, from, 2 * step, first, buffer);
        loadReal<T>(words, h, from + step, 2 * step, first, buffer + imaginary);
      }
      split<T>(h, transform<T>(words, isWhole<T>(words, first)), roots, result);
    }
    weigh<T>(n, result, middle, isInverse);
    mirror<T>((n >> 1) + 1, count, result);
    storeComplex<T>(words, count, to, address(words, Job.toStep), first, result, 0, imaginary, scale);
  }
}

/** Transforms Hermitian lines, given by their first halves, to real lines. */
// @ts-ignore: decorator
@inline
function hermitianLines<T>(words: usize, from: usize, to: usize): void {
  const h = word(words, Job.length), lines = word(words, Job.lines), buffer = address(words, Job.buffer);
  const roots = address(words, Job.evenRoots), count = word(words, Job.count), step = address(words, Job.toStep);
  const n = roots == 0 ? h : 2 * h;
  const third = buffer + 2 * <usize>word(words, Job.size) * elementBytes + termsBytes;
  const scale = <T>double(words, Job.scaleLow), middle = <T>double(words, Job.middleLow);
  const isInverse = word(words, Job.isInverse) != 0;
  for (let first = 0; first < lines; first += lanes<T>()) {
    // the transform of conjugates is the conjugate of the inverse transform, and real numbers are their own conjugates
    const input = roots == 0 ? buffer : third;
    loadComplex<T>(words, count, from, address(words, Job.fromStep), first, input, 0, imaginary);
    weigh<T>(n, input, middle, roots == 0 ? isInverse : !isInverse);
    if (roots == 0) {
      mirror<T>(count, n, buffer);
      storeReal<T>(words, n, to, step, first, transform<T>(words, isWhole<T>(words, first)), scale);
    } else {
      join<T>(h, third, roots, buffer);
      const result = transform<T>(words, isWhole<T>(words, first));
      if (step == sizeof<T>()) storeComplex<T>(words, h, to, 2 * step, first, result, imaginary, 0, scale);
      else {
        storeReal<T>(words, h, to, 2 * step, first, result + imaginary, scale);
        storeReal<T>(words, h, to + step, 2 * step, first, result, scale);
      }
    }
  }
}

/** Transforms complex lines in complex64. */
export function fourierComplex32(words: usize, from: usize, to: usize): void {
  complexLines<f32>(words, from, to);
}

/** Transforms complex lines in complex128. */
export function fourierComplex64(words: usize, from: usize, to: usize): void {
  complexLines<f64>(words, from, to);
}

/** Transforms lines of float32 to complex64. */
export function fourierReal32(words: usize, from: usize, to: usize): void {
  realLines<f32>(words, from, to);
}

/** Transforms lines of float64 to complex128. */
export function fourierReal64(words: usize, from: usize, to: usize): void {
  realLines<f64>(words, from, to);
}

/** Transforms halves of Hermitian lines of complex64 to float32. */
export function fourierHermitian32(words: usize, from: usize, to: usize): void {
  hermitianLines<f32>(words, from, to);
}

/** Transforms halves of Hermitian lines of complex128 to float64. */
export function fourierHermitian64(words: usize, from: usize, to: usize): void {
  hermitianLines<f64>(words, from, to);
}
