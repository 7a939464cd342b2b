/** Fourier transforms of the lines of a tensor, as `engine/src/fast/abi/jobs/fourier` describes them. */
import * as Job from "../../src/fast/abi/jobs/fourier";
import { loadSplat } from "../simd/lanes";
import { address, double, word } from "../threads/words";
import { lanes, loadComplex, loadReal, storeComplex, storeReal } from "./lines";
import { elementBytes } from "./passes";
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
      const re = <f64>load<T>(at), im = <f64>load<T>(at, 16);
      store<T>(at, <T>(re * wr - im * wi));
      store<T>(at, <T>(re * wi + im * wr), 16);
    }
}

/** Transforms complex lines. The inverse transform is the transform of the numbers with real and imaginary parts exchanged. */
// @ts-ignore: decorator
@inline
function complexLines<T>(words: usize, from: usize, to: usize): void {
  const n = word(words, Job.length), lines = word(words, Job.lines), buffer = address(words, Job.buffer);
  const re: usize = word(words, Job.isInverse) != 0 ? 16 : 0, im = 16 - re;
  const scale = <T>double(words, Job.scaleLow);
  for (let first = 0; first < lines; first += lanes<T>()) {
    loadComplex<T>(words, n, from, first, buffer, re, im);
    const result = transform<T>(words);
    if (address(words, Job.lowRoots) != 0) twist<T>(words, first, result);
    storeComplex<T>(words, n, to, first, result, re, im, scale);
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
    const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
    const wr = v128.mul<T>(loadSplat<T>(w), half), wi = v128.mul<T>(loadSplat<T>(w + sizeof<T>()), half);
    const or = v128.add<T>(ai, bi), oi = v128.sub<T>(br, ar);
    const er = v128.mul<T>(v128.add<T>(ar, br), half), ei = v128.mul<T>(v128.sub<T>(ai, bi), half);
    v128.store(x, v128.add<T>(er, v128.sub<T>(v128.mul<T>(or, wr), v128.mul<T>(oi, wi))));
    v128.store(x, v128.add<T>(ei, v128.add<T>(v128.mul<T>(or, wi), v128.mul<T>(oi, wr))), 16);
    w += 2 * sizeof<T>();
    x += elementBytes;
  }
}

/** Computes the sequence whose inverse transform has the real elements x_2j + i x_(2j+1) of Hermitian lines, from X_k for k up to h: the inverse of `split`, times n. Real and imaginary parts are exchanged. */
function join<T>(h: i32, x: usize, w: usize, z: usize): void {
  for (let k = 0; k < h; k++) {
    const a = x + <usize>k * elementBytes, b = x + <usize>(h - k) * elementBytes;
    const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
    const dr = v128.sub<T>(ar, br), di = v128.add<T>(ai, bi);
    const wr = loadSplat<T>(w), wi = loadSplat<T>(w + sizeof<T>());
    // times the conjugate of w^k
    const or = v128.add<T>(v128.mul<T>(dr, wr), v128.mul<T>(di, wi)), oi = v128.sub<T>(v128.mul<T>(di, wr), v128.mul<T>(dr, wi));
    v128.store(z, v128.add<T>(v128.sub<T>(ai, bi), or));
    v128.store(z, v128.sub<T>(v128.add<T>(ar, br), oi), 16);
    w += 2 * sizeof<T>();
    z += elementBytes;
  }
}

/** Writes the elements from `known` up to `n` of Hermitian lines: conjugates of those before. */
function mirror<T>(known: i32, n: i32, x: usize): void {
  for (let k = known; k < n; k++) {
    const from = x + <usize>(n - k) * elementBytes, to = x + <usize>k * elementBytes;
    v128.store(to, v128.load(from));
    v128.store(to, v128.neg<T>(v128.load(from, 16)), 16);
  }
}

/**
 * Multiplies the elements of a half Hermitian line of n that stand for their conjugates as well, and makes the others real: the first one, and for even n the last of n / 2 + 1. Takes
 * conjugates where `isConjugate`.
 */
function weigh<T>(n: i32, x: usize, middle: T, isConjugate: bool): void {
  const re = v128.splat<T>(middle), im = isConjugate ? v128.neg<T>(re) : re, zero = v128.splat<T>(0 as T);
  const half = n >> 1;
  v128.store(x, zero, 16);
  for (let k = 1; k <= half; k++) {
    const at = x + <usize>k * elementBytes;
    if (2 * k == n) v128.store(at, zero, 16);
    else {
      v128.store(at, v128.mul<T>(v128.load(at), re));
      v128.store(at, v128.mul<T>(v128.load(at, 16), im), 16);
    }
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
      result = transform<T>(words);
    } else {
      loadReal<T>(words, h, from, 2 * step, first, buffer);
      loadReal<T>(words, h, from + step, 2 * step, first, buffer + 16);
      split<T>(h, transform<T>(words), roots, result);
    }
    weigh<T>(n, result, middle, isInverse);
    mirror<T>((n >> 1) + 1, count, result);
    storeComplex<T>(words, count, to, first, result, 0, 16, scale);
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
    loadComplex<T>(words, count, from, first, input, 0, 16);
    weigh<T>(n, input, middle, roots == 0 ? isInverse : !isInverse);
    if (roots == 0) {
      mirror<T>(count, n, buffer);
      storeReal<T>(words, n, to, step, first, transform<T>(words), scale);
    } else {
      join<T>(h, third, roots, buffer);
      const result = transform<T>(words);
      storeReal<T>(words, h, to, 2 * step, first, result + 16, scale);
      storeReal<T>(words, h, to + step, 2 * step, first, result, scale);
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
