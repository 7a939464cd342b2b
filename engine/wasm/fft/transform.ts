/** The Fourier transform of a group of lines in a buffer. */
import * as Job from "../../src/fast/abi/jobs/fourier";
import { loadSplat } from "../simd/lanes";
import { address, word } from "../threads/words";
import { elementBytes, pass2, pass3, pass4, pass5, passOdd } from "./passes";

/** Bytes behind the two buffers for the terms of a pass of the largest odd radix. */
export const termsBytes: usize = 1024;

/** Transforms `a` by the passes, with `b` as the second buffer, and returns which of the two has the result. */
function passes<T>(words: usize, a: usize, b: usize): usize {
  const n = word(words, Job.size), w = address(words, Job.roots), count = word(words, Job.passes);
  const terms = address(words, Job.buffer) + 2 * <usize>n * elementBytes;
  let l = 1;
  for (let p = 0; p < count; p++) {
    const r = word(words, Job.radices + p), m = n / (l * r);
    if (r == 2) pass2<T>(a, b, l, m, w);
    else if (r == 4) pass4<T>(a, b, l, m, w);
    else if (r == 3) pass3<T>(a, b, l, m, w);
    else if (r == 5) pass5<T>(a, b, l, m, w);
    else passOdd<T>(r, a, b, l, m, w, terms);
    l *= r;
    const other = a;
    a = b;
    b = other;
  }
  return a;
}

/** Multiplies n elements by those of a table, and takes the conjugates of the products where `isConjugate`. */
function multiply<T>(n: i32, x: usize, table: usize, isConjugate: bool): void {
  const sign = v128.splat<T>(isConjugate ? (-1 as T) : (1 as T));
  for (let i = 0; i < n; i++) {
    const re = v128.load(x), im = v128.load(x, 16);
    const tr = loadSplat<T>(table), ti = loadSplat<T>(table + sizeof<T>());
    v128.store(x, v128.sub<T>(v128.mul<T>(re, tr), v128.mul<T>(im, ti)));
    v128.store(x, v128.mul<T>(v128.add<T>(v128.mul<T>(re, ti), v128.mul<T>(im, tr)), sign), 16);
    x += elementBytes;
    table += 2 * sizeof<T>();
  }
}

/** Takes conjugates of n elements. */
function conjugate<T>(n: i32, x: usize): void {
  for (let i = 0; i < n; i++) {
    v128.store(x, v128.neg<T>(v128.load(x, 16)), 16);
    x += elementBytes;
  }
}

/**
 * Transforms the elements in the first buffer, X_k = Σ_j x_j e^(-2πijk/n), and returns the address of the result. Where there is a chirp, by Bluestein's convolution:
 * the inverse transform in it is the conjugate of the transform of conjugates.
 */
export function transform<T>(words: usize): usize {
  const n = word(words, Job.length), size = word(words, Job.size);
  const chirp = address(words, Job.chirp);
  const a = address(words, Job.buffer), b = a + <usize>size * elementBytes;
  if (chirp == 0) return passes<T>(words, a, b);
  memory.fill(a + <usize>n * elementBytes, 0, <usize>(size - n) * elementBytes);
  multiply<T>(n, a, chirp, false);
  const product = passes<T>(words, a, b);
  multiply<T>(size, product, address(words, Job.filter), true);
  const result = passes<T>(words, product, product == a ? b : a);
  conjugate<T>(n, result);
  multiply<T>(n, result, chirp, false);
  return result;
}
