/** The exponential of a matrix, by scaling and squaring with the Padé approximant of degree 13 (Higham, "The scaling and squaring method for the matrix exponential revisited", 2005). */
import { factorLu } from "./lu.ts";
import { isFinite64, product } from "./matrices.ts";
import { solveFactored } from "./triangular.ts";

/** The coefficients of the numerator of degree 13. */
const coefficients: readonly number[] = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
];

/** The largest 1-norm for which the approximant is exact to rounding. */
const theta = 5.371920351148152;

/** Returns the largest sum of magnitudes of a column. */
function columnNorm(a: Float64Array, n: number): number {
  let most = 0;
  for (let j = 0; j < n; j++) {
    let total = 0;
    for (let i = 0; i < n; i++) total += Math.abs(a[i * n + j]);
    most = Math.max(most, total);
  }
  return most;
}

/** Returns the sum of matrices with weights, and with a weight on the diagonal. */
function combination(n: number, terms: readonly (readonly [Float64Array, number])[], diagonal: number): Float64Array {
  const out = new Float64Array(n * n);
  for (const [a, weight] of terms) for (let i = 0; i < out.length; i++) out[i] += weight * a[i];
  for (let i = 0; i < n; i++) out[i * n + i] += diagonal;
  return out;
}

/** Returns eᴬ of a matrix [n, n]; NaN if elements are not finite. */
export function exponential(a: Float64Array, n: number): Float64Array {
  if (!isFinite64(a)) return new Float64Array(n * n).fill(Number.NaN);
  const norm = columnNorm(a, n);
  const squarings = norm > theta ? Math.ceil(Math.log2(norm / theta)) : 0;
  const scaled = a.map((v) => v * 2 ** -squarings);
  const multiply = (x: Float64Array, z: Float64Array): Float64Array => product(x, z, n, n, n);
  const a2 = multiply(scaled, scaled);
  const a4 = multiply(a2, a2);
  const a6 = multiply(a4, a2);
  const c = coefficients;
  const terms = (at: number): Float64Array =>
    combination(
      n,
      [
        [a6, c[at + 6]],
        [a4, c[at + 4]],
        [a2, c[at + 2]],
      ],
      c[at],
    );
  const high = (at: number): Float64Array =>
    multiply(
      a6,
      combination(
        n,
        [
          [a6, c[at + 4]],
          [a4, c[at + 2]],
          [a2, c[at]],
        ],
        0,
      ),
    );
  const odd = multiply(
    scaled,
    combination(
      n,
      [
        [high(9), 1],
        [terms(1), 1],
      ],
      0,
    ),
  );
  const even = combination(
    n,
    [
      [high(8), 1],
      [terms(0), 1],
    ],
    0,
  );
  const denominator = combination(
    n,
    [
      [even, 1],
      [odd, -1],
    ],
    0,
  );
  let result = combination(
    n,
    [
      [even, 1],
      [odd, 1],
    ],
    0,
  );
  const pivots = new Int32Array(n);
  factorLu(denominator, n, n, pivots);
  solveFactored(denominator, pivots, result, n, n);
  for (let i = 0; i < squarings; i++) result = multiply(result, result);
  return result;
}
