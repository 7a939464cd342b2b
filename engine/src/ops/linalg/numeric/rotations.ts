/** Plane rotations, and the 2 x 2 problems at the ends of the iterations that use them. */

/** Receives a rotation of two neighbouring rows x and z: z becomes c z - s x, and x becomes s z + c x. `row` is the first. */
export type Rotate = (row: number, c: number, s: number) => void;

/** Rotates `n` elements of two rows. */
function rotateOne(a: Float64Array, x: number, z: number, n: number, c: number, s: number): void {
  for (let i = 0; i < n; i++) {
    const u = a[x + i];
    const v = a[z + i];
    a[z + i] = c * v - s * u;
    a[x + i] = s * v + c * u;
  }
}

/** Rotates `n` elements of three rows x, y and z: first x and y, then y and z. */
function rotateDown(
  a: Float64Array,
  x: number,
  row: number,
  n: number,
  c: number,
  s: number,
  c2: number,
  s2: number,
): void {
  const [y, z] = [x + row, x + 2 * row];
  for (let i = 0; i < n; i++) {
    const u = a[x + i];
    const v = a[y + i];
    const w = a[z + i];
    const t = c * v - s * u;
    a[x + i] = s * v + c * u;
    a[z + i] = c2 * w - s2 * t;
    a[y + i] = s2 * w + c2 * t;
  }
}

/** Rotates `n` elements of three rows x, y and z: first y and z, then x and y. */
function rotateUp(
  a: Float64Array,
  x: number,
  row: number,
  n: number,
  c: number,
  s: number,
  c2: number,
  s2: number,
): void {
  const [y, z] = [x + row, x + 2 * row];
  for (let i = 0; i < n; i++) {
    const u = a[x + i];
    const v = a[y + i];
    const w = a[z + i];
    const t = s * w + c * v;
    a[z + i] = c * w - s * v;
    a[y + i] = c2 * t - s2 * u;
    a[x + i] = s2 * t + c2 * u;
  }
}

/** Collects rotations of the rows of a matrix, and applies them together. */
export interface Rotator {
  readonly rotate: Rotate;
  /** Applies the rotations that are left. */
  readonly finish: () => void;
}

/** Rotations that are applied together, and columns of the strips to which they are applied, which stay in the cache. */
const [batchSize, stripColumns] = [8192, 128];

/** Returns a receiver of rotations of the rows of a matrix with n columns; `null` stands for a matrix that is not wanted. Two neighbouring rotations pass over the rows once. */
export function rotatorOf(a: Float64Array | null, n: number): Rotator {
  if (a === null) return { rotate: () => {}, finish: () => {} };
  const rows = new Int32Array(batchSize);
  const [cosines, sines] = [new Float64Array(batchSize), new Float64Array(batchSize)];
  let count = 0;
  const applyTo = (column: number, width: number): void => {
    for (let r = 0; r < count; r++) {
      const row = rows[r];
      const at = row * n + column;
      const next = r + 1 < count ? rows[r + 1] : -2;
      if (next === row + 1) rotateDown(a, at, n, width, cosines[r], sines[r], cosines[r + 1], sines[r + 1]);
      else if (next === row - 1) rotateUp(a, at - n, n, width, cosines[r], sines[r], cosines[r + 1], sines[r + 1]);
      else rotateOne(a, at, at + n, width, cosines[r], sines[r]);
      if (Math.abs(next - row) === 1) r++;
    }
  };
  const finish = (): void => {
    for (let column = 0; column < n; column += stripColumns) applyTo(column, Math.min(stripColumns, n - column));
    count = 0;
  };
  const rotate: Rotate = (row, c, s) => {
    if (c === 1 && s === 0) return;
    if (count === batchSize) finish();
    rows[count] = row;
    cosines[count] = c;
    sines[count] = s;
    count++;
  };
  return { rotate, finish };
}

/** Exchanges two rows of a matrix with n columns. */
export function exchangeTwoRows(a: Float64Array, n: number, i: number, j: number): void {
  const row = a.slice(i * n, (i + 1) * n);
  a.copyWithin(i * n, j * n, (j + 1) * n);
  a.set(row, j * n);
}

/** Returns |x| with the sign of y, where that of 0 is positive. */
export const withSign = (x: number, y: number): number => (y < 0 ? -Math.abs(x) : Math.abs(x));

/** Returns the rotation c, s that maps (f, g) to (r, 0), and r. */
export function rotationTo(f: number, g: number): readonly [c: number, s: number, r: number] {
  if (g === 0) return [1, 0, f];
  if (f === 0) return [0, Math.sign(g), Math.abs(g)];
  const r = withSign(Math.hypot(f, g), f);
  return [f / r, g / r, r];
}

/** Returns the eigenvalues of [[a, b], [b, c]], first the one of larger magnitude, and the unit eigenvector of that (LAPACK's dlaev2). */
export function symmetricPair(
  a: number,
  b: number,
  c: number,
): readonly [first: number, second: number, cs: number, sn: number] {
  const [sum, difference] = [a + c, a - c];
  const root = Math.hypot(difference, 2 * b);
  const [larger, smaller] = Math.abs(a) > Math.abs(c) ? [a, c] : [c, a];
  // the sign of the sum decides which eigenvalue is computed without cancellation
  const first = sum < 0 ? 0.5 * (sum - root) : 0.5 * (sum + root);
  const second = sum === 0 ? -0.5 * root : (larger / first) * smaller - (b / first) * b;
  const plus = difference >= 0;
  const far = plus ? difference + root : difference - root;
  const isSwapped = sum < 0 === plus;
  let [cs, sn] = [1, 0];
  if (Math.abs(far) > Math.abs(2 * b)) {
    const t = (-2 * b) / far;
    sn = 1 / Math.sqrt(1 + t * t);
    cs = t * sn;
  } else if (b !== 0) {
    const t = -far / (2 * b);
    cs = 1 / Math.sqrt(1 + t * t);
    sn = t * cs;
  }
  return isSwapped ? [first, second, cs, sn] : [first, second, -sn, cs];
}

/** Returns the smaller and the larger singular value of [[f, g], [0, h]] (LAPACK's dlas2). */
export function triangularValues(f: number, g: number, h: number): readonly [smaller: number, larger: number] {
  const [a, b, c] = [Math.abs(f), Math.abs(g), Math.abs(h)];
  const [low, high] = a < c ? [a, c] : [c, a];
  if (low === 0) return [0, Math.hypot(high, b)];
  const [ratio, gap] = [1 + low / high, (high - low) / high];
  if (b < high) {
    const square = (b / high) ** 2;
    const scale = 2 / (Math.sqrt(ratio * ratio + square) + Math.sqrt(gap * gap + square));
    return [low * scale, high / scale];
  }
  const inverse = high / b;
  if (inverse === 0) return [(low * high) / b, b];
  const scale = 1 / (Math.sqrt(1 + (ratio * inverse) ** 2) + Math.sqrt(1 + (gap * inverse) ** 2));
  return [2 * low * scale * inverse, b / (2 * scale)];
}

/** The singular values of [[f, g], [0, h]], with signs, and the rotations from the left and the right that make it diagonal. */
export interface TriangularSvd {
  readonly smaller: number;
  readonly larger: number;
  readonly right: readonly [c: number, s: number];
  readonly left: readonly [c: number, s: number];
}

/** Returns the singular value decomposition of [[f, g], [0, h]], to high relative accuracy (LAPACK's dlasv2). */
export function triangularSvd(f: number, g: number, h: number): TriangularSvd {
  const isSwapped = Math.abs(h) > Math.abs(f);
  const [ft, ht] = isSwapped ? [h, f] : [f, h];
  const [fa, ga, ha] = [Math.abs(ft), Math.abs(g), Math.abs(ht)];
  let [smaller, larger, cl, sl, cr, sr] = [ha, fa, 1, 0, 1, 0];
  if (ga !== 0 && fa / ga < 2 ** -53) {
    larger = ga;
    smaller = ha > 1 ? fa / (ga / ha) : (fa / ga) * ha;
    [cl, sl, cr, sr] = [1, ht / g, ft / g, 1];
  } else if (ga !== 0) {
    const d = fa - ha;
    const gap = d === fa ? 1 : d / fa;
    const m = g / ft;
    const [t, mm] = [2 - gap, m * m];
    const s = Math.sqrt(t * t + mm);
    const r = gap === 0 ? Math.abs(m) : Math.sqrt(gap * gap + mm);
    const a = 0.5 * (s + r);
    [smaller, larger] = [ha / a, fa * a];
    const slope =
      mm !== 0
        ? (m / (s + t) + m / (r + gap)) * (1 + a)
        : gap === 0
          ? withSign(2, ft) * withSign(1, g)
          : g / withSign(d, ft) + m / t;
    const length = Math.sqrt(slope * slope + 4);
    [cr, sr] = [2 / length, slope / length];
    [cl, sl] = [(cr + sr * m) / a, ((ht / ft) * sr) / a];
  }
  const [left, right] = isSwapped
    ? ([
        [sr, cr],
        [sl, cl],
      ] as const)
    : ([
        [cl, sl],
        [cr, sr],
      ] as const);
  // the sign of the larger value is that of the largest element, seen through the rotations
  const [a, b, element] =
    ga > fa ? [right[1], left[0], g] : isSwapped ? [right[1], left[1], h] : [right[0], left[0], f];
  const sign = withSign(1, a) * withSign(1, b) * withSign(1, element);
  return {
    larger: sign * larger,
    smaller: sign * withSign(1, f) * withSign(1, h) * smaller,
    left,
    right,
  };
}
