/**
 * Singular vectors of an upper bidiagonal matrix by divide and conquer (Gu and Eisenstat, "A divide-and-conquer algorithm for the bidiagonal SVD", 1995). Vectors are rows. A part
 * that is not the last has one column more than it has rows, and one right vector more, for the value 0.
 */
import { arrange, clearLists, combineRows, deflateRow, first, item, keepRow, kinds, mergeLists, mixed, number, placeValues, rotateRows, scaleFor, second, setItem, setNumber, setUpBuffers, solveSecular, sorted, weights, writeCoefficients } from "./divide";

/** Decomposes one row with one or two columns. */
function solveRow<T>(isWide: bool, d: usize, e: usize, order: usize, u: usize, v: usize, row: usize): void {
  const size = sizeof<T>(), diagonal = number(d, 0), beside = isWide ? number(e, 0) : 0;
  const factor = scaleFor(max(abs<f64>(diagonal), abs<f64>(beside))), a = diagonal * factor, b = beside * factor;
  const length = sqrt<f64>(a * a + b * b);
  const c = length == 0 ? 1 : a / length, s = length == 0 ? 0 : b / length;
  setNumber(d, 0, length / factor);
  setItem(order, 0, 0);
  store<T>(u, 1 as T);
  store<T>(v, c as T);
  if (!isWide) return;
  store<T>(v + size, s as T);
  store<T>(v + row * size, -s as T);
  store<T>(v + (row + 1) * size, c as T);
}

/** Merges parts of m and s - m - 1 rows, between which row m has the elements α and β. */
function merge<T>(s: i32, m: i32, isWide: bool, alpha: f64, beta: f64, d: usize, order: usize, u: usize, v: usize, row: usize, precision: f64): void {
  const size = sizeof<T>(), stride = row * size, columns = s + i32(isWide);
  let largest = max(abs<f64>(alpha), abs<f64>(beta));
  for (let i = 0; i < s; i++) if (i != m) largest = max(largest, number(d, i));
  // weights are multiplied by a factor, so that their squares do not underflow
  const factor = scaleFor(largest), negligible = 8 * precision * (largest * factor), bound = negligible / factor;
  for (let i = 0; i < s; i++) {
    const column = i <= m ? m : m + 1, between = (i <= m ? alpha : beta) * factor;
    setNumber(weights, i, between * <f64>load<T>(v + <usize>i * stride + <usize>column * size));
    setItem(kinds, i, i < m ? first : i == m ? mixed : second);
  }
  // the two right vectors for the value 0 are rotated such that one of them has no weight
  const middle = v + <usize>m * stride, own = number(weights, m);
  let weight = abs<f64>(own);
  if (isWide) {
    const last = v + <usize>s * stride, beside = beta * factor * <f64>load<T>(last + <usize>(m + 1) * size);
    weight = sqrt<f64>(own * own + beside * beside);
    if (weight > negligible) rotateRows<T>(columns, middle, last, own / weight, beside / weight);
  }
  setNumber(weights, m, weight <= negligible ? negligible : isWide ? weight : own);
  setNumber(d, m, 0);
  mergeLists(d, order, m, order + (<usize>(m + 1) << 2), s - m - 1, m + 1, sorted);
  clearLists();
  if (negligible > 0) keepRow(m, 0, 1);
  else deflateRow(m);
  let last = -1;
  for (let i = 0; i < s - 1; i++) {
    const next = item(sorted, i);
    if (abs<f64>(number(weights, next)) <= negligible) {
      deflateRow(next);
      continue;
    }
    if (last >= 0) {
      if (number(d, next) - number(d, last) <= bound) {
        // equal singular values: a rotation makes one of the weights 0
        const x = number(weights, last), y = number(weights, next), length = sqrt<f64>(x * x + y * y);
        setNumber(weights, next, length);
        if (item(kinds, next) != item(kinds, last)) setItem(kinds, next, mixed);
        const one = <usize>last * stride, other = <usize>next * stride;
        rotateRows<T>(s, u + one, u + other, y / length, -x / length);
        rotateRows<T>(columns, v + one, v + other, y / length, -x / length);
        deflateRow(last);
      } else keepRow(last, max<f64>(number(d, last) * factor, 0.5 * negligible), 1);
    }
    last = next;
  }
  if (last >= 0) keepRow(last, max<f64>(number(d, last) * factor, 0.5 * negligible), 1);
  arrange();
  solveSecular(factor, true);
  writeCoefficients<T>(false);
  combineRows<T>(s, v, row, columns, m + 1);
  writeCoefficients<T>(true);
  combineRows<T>(s, u, row, s, m + 1);
  placeValues(s, d, order);
}

/** Solves s rows, of s columns or one more. d, e and the list of rows by rising value begin there, and u and v at the corners of the blocks. */
function solveBlock<T>(s: i32, isWide: bool, d: usize, e: usize, order: usize, u: usize, v: usize, row: usize, precision: f64): void {
  if (s == 0) {
    if (isWide) store<T>(v, 1 as T);
    return;
  }
  if (s == 1) return solveRow<T>(isWide, d, e, order, u, v, row);
  const m = s / 2, behind = m + 1, rest = s - behind;
  const alpha = number(d, m), beta = rest > 0 || isWide ? number(e, m) : 0;
  const corner = <usize>behind * (row + 1) * sizeof<T>();
  store<T>(u + <usize>m * (row + 1) * sizeof<T>(), 1 as T);
  solveBlock<T>(m, true, d, e, order, u, v, row, precision);
  solveBlock<T>(rest, isWide, d + (<usize>behind << 3), e + (<usize>behind << 3), order + (<usize>behind << 2), u + corner, v + corner, row, precision);
  merge<T>(s, m, isWide, alpha, beta, d, order, u, v, row, precision);
}

/** Overwrites d [n] with the singular values in descending order, and rows of u and v [n, n] with the singular vectors, by way of `otherU` and `otherV`. */
// @ts-ignore: decorator
@inline
function solve<T>(n: i32, d: usize, e: usize, order: usize, otherU: usize, otherV: usize, u: usize, v: usize, work: usize): void {
  const bytes = <usize>n * sizeof<T>();
  setUpBuffers(n, sizeof<T>(), work);
  memory.fill(otherU, 0, bytes * <usize>n);
  memory.fill(otherV, 0, bytes * <usize>n);
  solveBlock<T>(n, false, d, e, order, otherU, otherV, n, sizeof<T>() == 4 ? 5.960464477539063e-8 : 1.1102230246251565e-16);
  memory.copy(weights, d, <usize>n << 3);
  for (let i = 0; i < n; i++) {
    const from = item(order, n - 1 - i);
    setNumber(d, i, number(weights, from));
    memory.copy(u + <usize>i * bytes, otherU + <usize>from * bytes, bytes);
    memory.copy(v + <usize>i * bytes, otherV + <usize>from * bytes, bytes);
  }
}

/**
 * Replaces the diagonal d [n] and the elements e above it by the singular values in descending order; writes left and right singular vectors to rows of u and v [n, n] in float32.
 * `otherU` and `otherV` have room for n² elements, `order` for n integers, and `work` for 64 n + 16 n² + 2048 bytes.
 */
export function divideSingular32(n: i32, d: usize, e: usize, order: usize, otherU: usize, otherV: usize, u: usize, v: usize, work: usize): void {
  solve<f32>(n, d, e, order, otherU, otherV, u, v, work);
}

/**
 * Replaces the diagonal d [n] and the elements e above it by the singular values in descending order; writes left and right singular vectors to rows of u and v [n, n] in float64.
 * `otherU` and `otherV` have room for n² elements, `order` for n integers, and `work` for 64 n + 24 n² + 2048 bytes.
 */
export function divideSingular64(n: i32, d: usize, e: usize, order: usize, otherU: usize, otherV: usize, u: usize, v: usize, work: usize): void {
  solve<f64>(n, d, e, order, otherU, otherV, u, v, work);
}
