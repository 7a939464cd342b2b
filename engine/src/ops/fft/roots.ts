/** Roots of unity, the factors of every discrete Fourier transform. */

/**
 * Returns e^(-2πik/n) for k = 0, …, count - 1, real and imaginary part in turn. Angles are reduced to an eighth of the circle before sine and cosine are taken, so that
 * symmetric roots are equal to the bit and each is correctly rounded up to one unit.
 */
export function rootsOfUnity(n: number, count: number = n): Float64Array {
  const roots = new Float64Array(2 * count);
  for (let k = 0; k < count; k++) {
    const [re, im] = root(k % n, n);
    roots[2 * k] = re;
    roots[2 * k + 1] = im;
  }
  return roots;
}

/** Returns e^(-2πik/n) for 0 ≤ k < n. */
function root(k: number, n: number): readonly [re: number, im: number] {
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
