/** Plans of discrete Fourier transforms, by length. */
import { oddPass, type Pass, pass2, pass4 } from "./butterflies.ts";
import { rootsOfUnity } from "./roots.ts";

/** Transforms the line in `line`, of n complex numbers, in place: X_k = Σ_j x_j e^(-2πijk/n). */
export type Transform = (line: Float64Array) => void;

/** The largest prime that has a pass; lengths with a larger one are transformed by a convolution. */
const largestRadix = 31;

/** Returns the radices of the passes of a length, or `null` if a prime factor is too large. */
function radicesOf(n: number): readonly number[] | null {
  const radices: number[] = [];
  let rest = n;
  for (; rest % 4 === 0; rest /= 4) radices.push(4);
  if (rest % 2 === 0) {
    radices.push(2);
    rest /= 2;
  }
  for (let r = 3; r <= largestRadix && rest > 1; r += 2) {
    for (; rest % r === 0; rest /= r) radices.push(r);
  }
  return rest === 1 ? radices : null;
}

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

/**
 * Returns the transform of any length, by a circular convolution of a length M without large prime factors: jk = (j² + k² - (k - j)²) / 2, so that
 * X_k = c_k Σ_j (x_j c_j) / c_(k-j) for the chirp c_j = e^(-πij²/n). Source: Bluestein, "A linear filtering approach to the computation of the discrete Fourier transform" (1970).
 */
function bluestein(n: number): Transform {
  let size = 2 * n - 1;
  while (radicesOf(size)?.every((r) => r <= 5) !== true) size++;
  const transform = plan(size);
  const roots = rootsOfUnity(2 * n);
  const chirp = new Float64Array(2 * n);
  // j² modulo 2n, by adding odd numbers
  for (let j = 0, square = 0; j < n; square = (square + 2 * j + 1) % (2 * n), j++) {
    chirp[2 * j] = roots[2 * square];
    chirp[2 * j + 1] = roots[2 * square + 1];
  }
  const filter = new Float64Array(2 * size);
  for (let j = 0; j < n; j++) {
    for (const at of [j, (size - j) % size]) {
      filter[2 * at] = chirp[2 * j] / size;
      filter[2 * at + 1] = -chirp[2 * j + 1] / size;
    }
  }
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
