/** The factorization P A Pᵀ = L D Lᵀ of symmetric matrices with pivots of one and two rows (Bunch and Kaufman, 1977), in LAPACK's layout (sytf2). */

/** The threshold of the growth of elements, (1 + √17) / 8. */
const alpha: f64 = 0.6403882032022076;

/** The row of the pivot that was chosen last, and whether it has two rows. */
let pivotRow: i32 = 0;
let isPair: bool = false;

/** Returns |a[i, j]| of the lower triangle. */
// @ts-ignore: decorator
@inline
function size<T>(a: usize, n: i32, i: i32, j: i32): f64 {
  return <f64>abs<T>(load<T>(a + (<usize>i * n + j) * sizeof<T>()));
}

/** Chooses the pivot of column k. Returns `false` for a column of zeros. */
// @ts-ignore: decorator
@inline
function choosePivot<T>(a: usize, n: i32, k: i32): bool {
  const own = size<T>(a, n, k, k);
  let column: f64 = 0;
  pivotRow = k;
  isPair = false;
  for (let i = k + 1; i < n; i++) {
    const v = size<T>(a, n, i, k);
    if (v > column) {
      column = v;
      pivotRow = i;
    }
  }
  const row = pivotRow;
  if (max(own, column) == 0) return false;
  pivotRow = k;
  if (own >= alpha * column) return true;
  let widest: f64 = 0;
  for (let j = k; j < row; j++) widest = max(widest, size<T>(a, n, row, j));
  for (let i = row + 1; i < n; i++) widest = max(widest, size<T>(a, n, i, row));
  if (own >= alpha * column * (column / widest)) return true;
  pivotRow = row;
  isPair = size<T>(a, n, row, row) < alpha * widest;
  return true;
}

// @ts-ignore: decorator
@inline
function swap<T>(p: usize, q: usize): void {
  const x = load<T>(p);
  store<T>(p, load<T>(q));
  store<T>(q, x);
}

/** Exchanges rows and columns kk and kp > kk of what is left of the matrix. */
// @ts-ignore: decorator
@inline
function exchange<T>(a: usize, n: i32, k: i32, kk: i32, kp: i32): void {
  const bytes = sizeof<T>(), row = <usize>n * bytes;
  for (let i = kp + 1; i < n; i++) swap<T>(a + <usize>i * row + <usize>kk * bytes, a + <usize>i * row + <usize>kp * bytes);
  for (let i = kk + 1; i < kp; i++) swap<T>(a + <usize>i * row + <usize>kk * bytes, a + <usize>kp * row + <usize>i * bytes);
  swap<T>(a + <usize>kk * (row + bytes), a + <usize>kp * (row + bytes));
  if (kk > k) swap<T>(a + <usize>kk * row + <usize>k * bytes, a + <usize>kp * row + <usize>k * bytes);
}

/** Subtracts x w, and z v where there are two columns, from n elements of a row. */
// @ts-ignore: decorator
@inline
function subtract<T>(row: usize, n: i32, x: T, w: usize, two: bool, z: T, v: usize): void {
  const bytes = <usize>n * sizeof<T>();
  const vx = v128.splat<T>(x), vz = v128.splat<T>(z);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    let y = v128.sub<T>(v128.load(row + i), v128.mul<T>(vx, v128.load(w + i)));
    if (two) y = v128.sub<T>(y, v128.mul<T>(vz, v128.load(v + i)));
    v128.store(row + i, y);
  }
  for (; i < bytes; i += sizeof<T>()) {
    let y = load<T>(row + i) - x * load<T>(w + i);
    if (two) y -= z * load<T>(v + i);
    store<T>(row + i, y as T);
  }
}

/** Eliminates a pivot of one row. */
// @ts-ignore: decorator
@inline
function eliminateOne<T>(a: usize, n: i32, k: i32, w: usize): void {
  const bytes = sizeof<T>(), row = <usize>n * bytes, column = a + <usize>k * bytes;
  const d = load<T>(column + <usize>k * row);
  for (let i = k + 1; i < n; i++) store<T>(w + <usize>i * bytes, (load<T>(column + <usize>i * row) / d) as T);
  const first = <usize>(k + 1) * bytes;
  for (let i = k + 1; i < n; i++) {
    const at = a + <usize>i * row;
    subtract<T>(at + first, i - k, load<T>(column + <usize>i * row), w + first, false, 0 as T, 0);
    store<T>(column + <usize>i * row, load<T>(w + <usize>i * bytes));
  }
}

/** Eliminates a pivot of two rows. */
// @ts-ignore: decorator
@inline
function eliminateTwo<T>(a: usize, n: i32, k: i32, w: usize, v: usize): void {
  const bytes = sizeof<T>(), row = <usize>n * bytes, column = a + <usize>k * bytes;
  const p = <f64>load<T>(column + <usize>k * row), q = <f64>load<T>(column + <usize>(k + 1) * row);
  const r = <f64>load<T>(column + <usize>(k + 1) * row + bytes);
  const determinant = p * r - q * q;
  for (let i = k + 2; i < n; i++) {
    const x = <f64>load<T>(column + <usize>i * row), z = <f64>load<T>(column + <usize>i * row + bytes);
    store<T>(w + <usize>i * bytes, ((x * r - z * q) / determinant) as T);
    store<T>(v + <usize>i * bytes, ((z * p - x * q) / determinant) as T);
  }
  const first = <usize>(k + 2) * bytes;
  for (let i = k + 2; i < n; i++) {
    const at = a + <usize>i * row, own = column + <usize>i * row;
    subtract<T>(at + first, i - k - 1, load<T>(own), w + first, true, load<T>(own + bytes), v + first);
    store<T>(own, load<T>(w + <usize>i * bytes));
    store<T>(own + bytes, load<T>(v + <usize>i * bytes));
  }
}

// @ts-ignore: decorator
@inline
function factor<T>(n: i32, a: usize, pivots: usize, work: usize): i32 {
  const bytes = sizeof<T>(), w = work, v = work + (((<usize>n * bytes + 63) >> 6) << 6);
  let info = 0;
  for (let k = 0; k < n; ) {
    if (!choosePivot<T>(a, n, k)) {
      if (info == 0) info = k + 1;
      store<i32>(pivots + (<usize>k << 2), k + 1);
      k++;
      continue;
    }
    const kk = isPair ? k + 1 : k;
    if (pivotRow != kk) exchange<T>(a, n, k, kk, pivotRow);
    const mark = isPair ? -(pivotRow + 1) : pivotRow + 1;
    store<i32>(pivots + (<usize>k << 2), mark);
    if (isPair) {
      eliminateTwo<T>(a, n, k, w, v);
      store<i32>(pivots + (<usize>kk << 2), mark);
    } else eliminateOne<T>(a, n, k, w);
    k = kk + 1;
  }
  for (let i = 0; i < n - 1; i++) memory.fill(a + (<usize>(i * n + i) + 1) * bytes, 0, <usize>(n - 1 - i) * bytes);
  return info;
}

/** Overwrites the lower triangle of a float32 matrix with L and D, and the upper one with zeros; `work` has room for two rows. Returns the number of the first pivot that is 0, or 0. */
export function ldl32(n: i32, a: usize, pivots: usize, work: usize): i32 {
  return factor<f32>(n, a, pivots, work);
}

/** Overwrites the lower triangle of a float64 matrix with L and D, and the upper one with zeros; `work` has room for two rows. Returns the number of the first pivot that is 0, or 0. */
export function ldl64(n: i32, a: usize, pivots: usize, work: usize): i32 {
  return factor<f64>(n, a, pivots, work);
}
