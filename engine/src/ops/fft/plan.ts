/** Plans of discrete Fourier transforms, by length. */
import { chirpOf, radicesOf, rootsOfUnity } from "../../dispatch/fourier.ts";
import { oddPass, type Pass, pass2, pass4 } from "./butterflies.ts";

/** Transforms the line in `line`, of n complex numbers, in place: X_k = Σ_j x_j e^(-2πijk/n). */
export type Transform = (line: Float64Array) => void;

const passOf = (radix: number): Pass => (radix === 2 ? pass2 : radix === 4 ? pass4 : oddPass(radix));

/** Returns the transform of a length without large prime factors. */
function mixedRadix(n: number, radices: readonly number[]): Transform {
  const w = rootsOfUnity(n);
  const passes = radices.map(passOf);
  const buffer = new Float64Array(2 * n);
  return (line) => {
    let [from, to]: Float64Array[] = [line, buffer];
    let l = 1;
    passes.forEach((pass, p) => {
      pass(to, from, l, n / (l * radices[p]), w);
      l *= radices[p];
      [from, to] = [to, from];
    });
    if (from !== line) line.set(from);
  };
}

/** Returns the transform of any length, by a convolution. */
function bluestein(n: number): Transform {
  const { size, chirp, filter } = chirpOf(n);
  const transform = plan(size);
  transform(filter);
  const buffer = new Float64Array(2 * size);
  return (line) => {
    buffer.fill(0);
    buffer.set(line);
    multiply(buffer, chirp, n);
    transform(buffer);
    multiply(buffer, filter, size);
    // the inverse transform is the transform of the numbers with real and imaginary part exchanged
    exchange(buffer);
    transform(buffer);
    exchange(buffer);
    multiply(buffer, chirp, n);
    line.set(buffer.subarray(0, 2 * n));
  };
}

/** Multiplies the first n numbers of `x` by those of `factors`. */
function multiply(x: Float64Array, factors: Float64Array, n: number): void {
  for (let i = 0; i < 2 * n; i += 2) {
    const [re, im] = [x[i], x[i + 1]];
    x[i] = re * factors[i] - im * factors[i + 1];
    x[i + 1] = re * factors[i + 1] + im * factors[i];
  }
}

/** Exchanges real and imaginary parts. */
export function exchange(x: Float64Array): void {
  for (let i = 0; i < x.length; i += 2) {
    const re = x[i];
    x[i] = x[i + 1];
    x[i + 1] = re;
  }
}

const plans = new Map<number, Transform>();
/** Roots and buffers take 64 bytes per element or more, so few plans are kept. */
const mostPlans = 16;

/** Returns the transform of n ≥ 1 complex numbers. */
export function plan(n: number): Transform {
  const known = plans.get(n);
  if (known !== undefined) return known;
  const radices = radicesOf(n);
  const made = radices === null ? bluestein(n) : mixedRadix(n, radices);
  if (plans.size >= mostPlans) plans.clear();
  plans.set(n, made);
  return made;
}
