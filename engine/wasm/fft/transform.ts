/** The Fourier transform of a group of lines in a buffer. */
import * as Job from "../../src/fast/abi/jobs/fourier";
import { loadSplat, storePair } from "../simd/lanes";
import { address, word } from "../threads/words";
import { elementBytes, imaginary, pass2, pass3, pass4, pass5, passOdd } from "./passes";

/** Bytes behind the two buffers for the terms of a pass of the largest odd radix. */
export const termsBytes: usize = 1024;

/** Transforms whole elements, or their first halves, in `a` by the passes, with `b` as the second buffer, and returns which of the two has the result. */
function passes<T>(words: usize, a: usize, b: usize, isWhole: bool): usize {
  const n = word(words, Job.size), w = address(words, Job.roots), count = word(words, Job.passes);
  const terms = address(words, Job.buffer) + 2 * <usize>n * elementBytes;
  const width = isWhole ? imaginary : imaginary / 2;
  let l = 1;
  for (let p = 0; p < count; p++) {
    const r = word(words, Job.radices + p), m = n / (l * r);
    if (r == 2) pass2<T>(a, b, l, m, w, isWhole);
    else if (r == 4) pass4<T>(a, b, l, m, w, isWhole);
    else if (r == 3) pass3<T>(a, b, l, m, w, isWhole);
    else if (r == 5) pass5<T>(a, b, l, m, w, isWhole);
    else passOdd<T>(r, a, b, l, m, w, width, terms);
    l *= r;
    const other = a;
    a = b;
    b = other;
  }
  return a;
}

/** Multiplies n elements by those of a table, each or its conjugate, as the signs of the imaginary parts tell. */
function multiply<T>(n: i32, x: usize, sign: T, table: usize, tableSign: T): void {
  const s = v128.splat<T>(sign), ts = v128.splat<T>(tableSign);
  for (let i = 0; i < n; i++) {
    const re0 = v128.load(x), re1 = v128.load(x, 16);
    const im0 = v128.mul<T>(v128.load(x, 32), s), im1 = v128.mul<T>(v128.load(x, 48), s);
    const tr = loadSplat<T>(table), ti = v128.mul<T>(loadSplat<T>(table + sizeof<T>()), ts);
    storePair(x, v128.sub<T>(v128.mul<T>(re0, tr), v128.mul<T>(im0, ti)), v128.sub<T>(v128.mul<T>(re1, tr), v128.mul<T>(im1, ti)));
    storePair(x + imaginary, v128.add<T>(v128.mul<T>(re0, ti), v128.mul<T>(im0, tr)), v128.add<T>(v128.mul<T>(re1, ti), v128.mul<T>(im1, tr)));
    x += elementBytes;
    table += 2 * sizeof<T>();
  }
}

/**
 * Transforms the elements in the first buffer, or their first halves, X_k = Σ_j x_j e^(-2πijk/n), and returns the address of the result. Where there is a chirp, by Bluestein's convolution:
 * the inverse transform in it is the conjugate of the transform of conjugates.
 */
export function transform<T>(words: usize, isWhole: bool): usize {
  const n = word(words, Job.length), size = word(words, Job.size);
  const chirp = address(words, Job.chirp);
  const a = address(words, Job.buffer), b = a + <usize>size * elementBytes;
  if (chirp == 0) return passes<T>(words, a, b, isWhole);
  memory.fill(a + <usize>n * elementBytes, 0, <usize>(size - n) * elementBytes);
  multiply<T>(n, a, 1 as T, chirp, 1 as T);
  const product = passes<T>(words, a, b, isWhole);
  multiply<T>(size, product, -1 as T, address(words, Job.filter), -1 as T);
  const result = passes<T>(words, product, product == a ? b : a, isWhole);
  multiply<T>(n, result, -1 as T, chirp, 1 as T);
  return result;
}
