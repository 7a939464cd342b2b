/** Tables of piecewise polynomials that interpolate a function of one number. */
import { degree32, degree64, partBits32, partBits64, rowHeader } from "../abi/pieces.ts";

/** Where a function is tabulated, by powers of 2. */
export interface Domain {
  /** The |x| from which there is a piece for each part of an octave, and up to which on either side; `null` for a side that has none. */
  readonly from: number;
  readonly positive: number | null;
  readonly negative: number | null;
  /** Whether there is a piece around 0: the function is smooth there. */
  readonly near: boolean;
}

/** A table for results of one dtype. */
export interface PolynomialTable {
  readonly rows: Float64Array;
  /** The upper bits of the first piece above 0, and the numbers of pieces above and below 0. */
  readonly lowest: number;
  readonly pieces: number;
  readonly negativePieces: number;
}

/** Computes a function of many numbers. */
export type Sampler = (xs: Float64Array) => Float64Array;

/** The exponent bits of 1 in float32 and float64. */
const [bias32, bias64] = [127, 1023];

/** The Chebyshev points of a degree, in [-1, 1]. */
const pointsOf = (degree: number): readonly number[] =>
  Array.from({ length: degree + 1 }, (_, j) => Math.cos((Math.PI * (j + 0.5)) / (degree + 1)));

/** Returns the coefficients of powers, the highest first, of the polynomial of Σ cₖ Tₖ. */
function powersOf(c: readonly number[]): number[] {
  const n = c.length;
  let [before, current] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
  before[0] = 1;
  current[1] = 1;
  const sum = before.map((v, i) => v * c[0] + (current[i] ?? 0) * c[1]);
  for (let k = 2; k < n; k++) {
    const next = current.map((_, i) => 2 * (current[i - 1] ?? 0) - before[i]);
    for (let i = 0; i < n; i++) sum[i] += c[k] * next[i];
    [before, current] = [current, next];
  }
  return sum.toReversed();
}

/** Returns the polynomial through values at the Chebyshev points. */
function interpolating(values: Float64Array): number[] {
  const n = values.length;
  const c = Array.from({ length: n }, (_, k) => {
    let total = 0;
    for (let j = 0; j < n; j++) total += values[j] * Math.cos((Math.PI * k * (j + 0.5)) / n);
    return ((k === 0 ? 1 : 2) / n) * total;
  });
  return powersOf(c);
}

/** Returns the bounds of the pieces on one side: the one around 0, and those of the octaves. */
function boundsOf(
  { from, near }: Domain,
  to: number | null,
  parts: number,
): readonly (readonly [low: number, high: number] | null)[] {
  const first = near && to !== null ? ([0, 2 ** from] as const) : null;
  const octaves = to === null ? 0 : to - from;
  const pieces = Array.from({ length: octaves * parts }, (_, i) => {
    const octave = 2 ** (from + Math.floor(i / parts));
    const part = i % parts;
    return [octave * (1 + part / parts), octave * (1 + (part + 1) / parts)] as const;
  });
  return [first, ...pieces];
}

/** Tabulates a function for results in float32 or float64. Pieces with a value that is not finite get no polynomial. */
export function tabulate(f: Sampler, domain: Domain, isDouble: boolean): PolynomialTable {
  const degree = isDouble ? degree64 : degree32;
  const parts = 2 ** (isDouble ? partBits64 : partBits32);
  const points = pointsOf(degree);
  const [above, below] = [domain.positive, domain.negative].map((to) => boundsOf(domain, to, parts));
  const bounds = [...above, ...below.map((b) => (b === null ? null : ([-b[1], -b[0]] as const)))];
  const xs = Float64Array.from(
    bounds.flatMap((b) => {
      const [low, high] = b ?? [0, 0];
      return points.map((t) => (low + high) / 2 + (t * (high - low)) / 2);
    }),
  );
  const values = f(xs);
  const size = rowHeader + degree + 1;
  const rows = new Float64Array(bounds.length * size);
  bounds.forEach((b, i) => {
    const own = values.subarray(i * (degree + 1), (i + 1) * (degree + 1));
    if (b === null || !own.every(Number.isFinite)) rows[i * size + 1] = Number.NaN;
    else rows.set([(b[0] + b[1]) / 2, 2 / (b[1] - b[0]), ...interpolating(own)], i * size);
  });
  return {
    rows,
    lowest: ((isDouble ? bias64 : bias32) + domain.from) * parts,
    pieces: above.length - 1,
    negativePieces: below.length - 1,
  };
}
