/** Constants of discrete Fourier transforms: roots of unity, the passes of a length, and the factors of its convolution. */

/**
 * Returns e^(-2πik/n) for k = 0, …, count - 1, real and imaginary part in turn. Angles are reduced to an eighth of the circle before sine and cosine are taken, so that
 * symmetric roots are equal to the bit and each is correctly rounded up to one unit.
 */
export function rootsOfUnity(n: number, count: number = n): Float64Array<ArrayBuffer> {
  const roots = new Float64Array(2 * count);
  for (let k = 0; k < count; k++) {
    const [re, im] = rootOfUnity(k % n, n);
    roots[2 * k] = re;
    roots[2 * k + 1] = im;
  }
  return roots;
}

/** Returns e^(-2πik/n) for 0 ≤ k < n. */
export function rootOfUnity(k: number, n: number): readonly [re: number, im: number] {
  // the number of eighths is floor(8k / n); products below 2⁵³ are exact
  const eighth = Math.floor((8 * k) / n);
  const quarter = Math.floor((eighth + 1) / 2) % 4;
  // the rest of the angle lies between -π/4 and π/4
  const angle = (2 * Math.PI * (k - (n * Math.floor((eighth + 1) / 2)) / 4)) / n;
  const [c, s] = [Math.cos(angle), -Math.sin(angle)];
  if (quarter === 0) return [c, s];
  if (quarter === 1) return [s, -c];
  if (quarter === 2) return [-c, -s];
  return [-s, c];
}

/** The largest prime that has a pass; lengths with a larger one are transformed by a convolution. */
const largestRadix = 31;

/** Returns the radices of the passes of a length, or `null` if a prime factor is too large. */
export function radicesOf(n: number): readonly number[] | null {
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

/**
 * The factors of the transform of n elements by a circular convolution of `size` elements, without large prime factors: jk = (j² + k² - (k - j)²) / 2, so that
 * X_k = c_k Σ_j (x_j c_j) / c_(k-j) for the chirp c_j = e^(-πij²/n). Source: Bluestein, "A linear filtering approach to the computation of the discrete Fourier transform" (1970).
 */
export interface Chirp {
  readonly size: number;
  readonly chirp: Float64Array<ArrayBuffer>;
  /** The elements 1 / c_j of the convolution, divided by its size. */
  readonly filter: Float64Array<ArrayBuffer>;
}

/** Times that passes of a radix take, in relation to one of radix 4. */
const passTimes: Readonly<Record<number, number>> = { 2: 1.1, 3: 1.4, 4: 1, 5: 2.1 };

/** Returns the size from `least` on whose transform takes the least time, among the products of 2, 3 and 5. */
function convolutionSize(least: number): number {
  let [best, bestTime] = [0, Number.POSITIVE_INFINITY];
  for (let fives = 1; fives < 2 * least; fives *= 5)
    for (let odd = fives; odd < 2 * least; odd *= 3) {
      const size = odd * 2 ** Math.max(0, Math.ceil(Math.log2(least / odd)));
      const time = size * (radicesOf(size) ?? []).reduce((sum, r) => sum + passTimes[r], 0);
      if (time < bestTime) [best, bestTime] = [size, time];
    }
  return best;
}

/** Returns the factors of a length. */
export function chirpOf(n: number): Chirp {
  const size = convolutionSize(2 * n - 1);
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
  return { size, chirp, filter };
}
