/** Triangular systems: solved by halves, so that most of the work is a matrix product. Strides are in elements. */
import { loadSplat, madd } from "../simd/lanes";
import { gemm } from "./gemm";

/** Rows up to which a system is solved by substitution. */
const substitutionRows: i32 = 16;

/** Substitutes in four vectors of columns at a time, whose sums stay in registers. */
// @ts-ignore: decorator
@inline
function substituteWide<T>(n: i32, t: usize, down: usize, across: usize, b: usize, stride: usize, upper: bool, unit: bool): void {
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    const at = b + <usize>i * stride;
    let s0 = v128.load(at), s1 = v128.load(at, 16), s2 = v128.load(at, 32), s3 = v128.load(at, 48);
    const last = upper ? n : i;
    for (let p = upper ? i + 1 : 0; p < last; p++) {
      const f = v128.neg<T>(loadSplat<T>(t + <usize>i * down + <usize>p * across));
      const q = b + <usize>p * stride;
      s0 = madd<T>(f, v128.load(q), s0);
      s1 = madd<T>(f, v128.load(q, 16), s1);
      s2 = madd<T>(f, v128.load(q, 32), s2);
      s3 = madd<T>(f, v128.load(q, 48), s3);
    }
    if (!unit) {
      const d = loadSplat<T>(t + <usize>i * (down + across));
      s0 = v128.div<T>(s0, d);
      s1 = v128.div<T>(s1, d);
      s2 = v128.div<T>(s2, d);
      s3 = v128.div<T>(s3, d);
    }
    v128.store(at, s0);
    v128.store(at, s1, 16);
    v128.store(at, s2, 32);
    v128.store(at, s3, 48);
  }
}

/** Substitutes in one column. */
// @ts-ignore: decorator
@inline
function substituteColumn<T>(n: i32, t: usize, down: usize, across: usize, b: usize, stride: usize, upper: bool, unit: bool): void {
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    const at = b + <usize>i * stride;
    let s = load<T>(at);
    const last = upper ? n : i;
    for (let p = upper ? i + 1 : 0; p < last; p++) s = (s - load<T>(t + <usize>i * down + <usize>p * across) * load<T>(b + <usize>p * stride)) as T;
    store<T>(at, unit ? s : ((s / load<T>(t + <usize>i * (down + across))) as T));
  }
}

/** Overwrites B [n, k], whose rows are `row` elements apart, with the solution X of T X = B. */
export function solveTriangle<T>(n: i32, k: i32, t: usize, down: usize, across: usize, b: usize, row: usize, upper: bool, unit: bool): void {
  const size = sizeof<T>();
  if (n <= substitutionRows) {
    const wide = 64 / <i32>size;
    let c = 0;
    for (; c + wide <= k; c += wide) substituteWide<T>(n, t, down * size, across * size, b + <usize>c * size, row * size, upper, unit);
    for (; c < k; c++) substituteColumn<T>(n, t, down * size, across * size, b + <usize>c * size, row * size, upper, unit);
    return;
  }
  const half = (n / 2 + substitutionRows - 1) / substitutionRows * substitutionRows;
  const rest = n - half;
  const below = b + <usize>half * row * size;
  const corner = t + <usize>half * (down + across) * size;
  if (upper) {
    solveTriangle<T>(rest, k, corner, down, across, below, row, upper, unit);
    gemm<T>(half, k, rest, -1 as T, t + <usize>half * across * size, down, across, below, row, 1, b, row, true, 0);
    solveTriangle<T>(half, k, t, down, across, b, row, upper, unit);
  } else {
    solveTriangle<T>(half, k, t, down, across, b, row, upper, unit);
    gemm<T>(rest, k, half, -1 as T, t + <usize>half * down * size, down, across, b, row, 1, below, row, true, 0);
    solveTriangle<T>(rest, k, corner, down, across, below, row, upper, unit);
  }
}

/** Overwrites B [n, k] in float32 with the solution X of T X = B; `down` and `across` are the distances of rows and columns of T. */
export function triangularSolve32(n: i32, k: i32, t: usize, down: usize, across: usize, b: usize, upper: bool, unit: bool): void {
  solveTriangle<f32>(n, k, t, down, across, b, k, upper, unit);
}

/** Overwrites B [n, k] in float64 with the solution X of T X = B; `down` and `across` are the distances of rows and columns of T. */
export function triangularSolve64(n: i32, k: i32, t: usize, down: usize, across: usize, b: usize, upper: bool, unit: bool): void {
  solveTriangle<f64>(n, k, t, down, across, b, k, upper, unit);
}
