/**
 * Eigenvectors of a symmetric tridiagonal matrix by divide and conquer (Cuppen, "A divide and conquer method for the symmetric tridiagonal eigenproblem", 1981), and the parts of
 * merging two halves that it shares with the bidiagonal singular value decomposition. Vectors are rows, so that rotations and copies are contiguous.
 */
import { gemm } from "./gemm";
import { divideWeights, exactWeights, findRoot } from "./secular";

/** Where a vector has elements: in the columns of the first half, in all, or in those of the second half; or it is deflated, and stays as it is. */
export const first: i32 = 0;
export const mixed: i32 = 1;
export const second: i32 = 2;
const deflated: i32 = 3;

/** Buffers for merging up to so many vectors as `setUpBuffers` was called with. The weights of the vectors of both halves, by row. */
export let weights: usize = 0;
/** Poles and weights of the vectors that are kept, by rising pole, the weights for which the roots are exact, and the roots. */
export let poles: usize = 0;
let kept: usize = 0;
let exact: usize = 0;
let values: usize = 0;
/** Rows by rising value; rows that are kept; rows that are deflated; kinds of rows; positions of kept rows among the packed ones. */
export let sorted: usize = 0;
let rows: usize = 0;
let rest: usize = 0;
export let kinds: usize = 0;
let positions: usize = 0;
/** Δᵢ of all roots, coefficients of the new vectors, and packed vectors. */
let deltas: usize = 0;
let coefficients: usize = 0;
let packed: usize = 0;
/** The numbers of rows that are kept, and that are deflated. */
export let count: i32 = 0;
let others: i32 = 0;

/** Cuts `work` into buffers for up to `most` vectors of elements of so many bytes: 64 most + (8 + 2 bytes) most² + 2048 bytes. */
export function setUpBuffers(most: i32, bytes: i32, work: usize): void {
  const numbers = (<usize>most << 3) + 64, lists = (<usize>most << 2) + 64, square = <usize>most * <usize>most;
  weights = work;
  poles = work + numbers;
  kept = work + numbers * 2;
  exact = work + numbers * 3;
  values = work + numbers * 4;
  sorted = work + numbers * 5;
  rows = sorted + lists;
  rest = sorted + lists * 2;
  kinds = sorted + lists * 3;
  positions = sorted + lists * 4;
  deltas = (sorted + lists * 5 + 63) & ~63;
  coefficients = deltas + (square << 3) + 64;
  packed = coefficients + square * <usize>bytes + 64;
}

/** Begins the lists of kept and deflated rows. */
export function clearLists(): void {
  count = 0;
  others = 0;
}

/** Adds a row to those that are kept; its weight is multiplied by a factor. */
export function keepRow(row: i32, pole: f64, factor: f64): void {
  setItem(rows, count, row);
  setNumber(poles, count, pole);
  setNumber(kept, count, number(weights, row) * factor);
  count++;
}

/** Adds a row to those that are deflated. */
export function deflateRow(row: i32): void {
  setItem(kinds, row, deflated);
  setItem(rest, others++, row);
}

// @ts-ignore: decorator
@inline
export function number(x: usize, i: i32): f64 {
  return load<f64>(x + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
export function setNumber(x: usize, i: i32, value: f64): void {
  store<f64>(x + (<usize>i << 3), value);
}

// @ts-ignore: decorator
@inline
export function item(x: usize, i: i32): i32 {
  return load<i32>(x + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
export function setItem(x: usize, i: i32, value: i32): void {
  store<i32>(x + (<usize>i << 2), value);
}

/** Replaces rows x and y of n elements by c x + s y and c y - s x. */
export function rotateRows<T>(n: i32, x: usize, y: usize, c: f64, s: f64): void {
  const size = sizeof<T>(), end = x + <usize>n * size;
  const cv = v128.splat<T>(c as T), sv = v128.splat<T>(s as T);
  for (; x + 16 <= end; x += 16, y += 16) {
    const a = v128.load(x), b = v128.load(y);
    v128.store(x, v128.add<T>(v128.mul<T>(cv, a), v128.mul<T>(sv, b)));
    v128.store(y, v128.sub<T>(v128.mul<T>(cv, b), v128.mul<T>(sv, a)));
  }
  for (; x < end; x += size, y += size) {
    const a = load<T>(x), b = load<T>(y);
    store<T>(x, ((c as T) * a + (s as T) * b) as T);
    store<T>(y, ((c as T) * b - (s as T) * a) as T);
  }
}

/** Writes the rows of two lists, each by rising value, as one such list. The second list counts from `offset`. */
export function mergeLists(by: usize, one: usize, m: i32, other: usize, n: i32, offset: i32, to: usize): void {
  let i = 0, j = 0;
  while (i < m || j < n) {
    const takesOne = j == n || (i < m && number(by, item(one, i)) <= number(by, item(other, j) + offset));
    setItem(to, i + j, takesOne ? item(one, i) : item(other, j) + offset);
    if (takesOne) i++;
    else j++;
  }
}

/** Sets the positions of kept rows among the packed ones, by kind. */
export function arrange(): void {
  let at = 0;
  for (let kind = first; kind <= second; kind++)
    for (let i = 0; i < count; i++) if (item(kinds, item(rows, i)) == kind) setItem(positions, i, at++);
}

/** Returns the number of kept rows of a kind. */
export function countOf(kind: i32): i32 {
  let found = 0;
  for (let i = 0; i < count; i++) if (item(kinds, item(rows, i)) == kind) found++;
  return found;
}

/** Returns the power of two that brings a magnitude between 1 and 2, so that squares neither overflow nor underflow; 1 for 0. */
export function scaleFor(largest: f64): f64 {
  if (largest == 0) return 1;
  const exponent = <i64>(reinterpret<u64>(largest) >> 52) - 1023;
  return reinterpret<f64>(<u64>(max<i64>(-1000, min<i64>(1000, -exponent)) + 1023) << 52);
}

/**
 * Finds the roots for the poles and weights of the kept vectors, which were multiplied by `factor`, and replaces the Δᵢ of each root by the weights divided by them.
 */
export function solveSecular(factor: f64, squared: bool): void {
  const row = <usize>count << 3;
  for (let j = 0; j < count; j++) setNumber(values, j, (1 / factor) * findRoot(count, j, poles, kept, deltas + <usize>j * row, squared));
  exactWeights(count, poles, kept, deltas, exact, squared);
  for (let j = 0; j < count; j++) divideWeights(count, exact, deltas + <usize>j * row);
}

/** Writes the coefficients of the new vectors, of length 1, in the order of the packed rows; with `left` those of left singular vectors. */
export function writeCoefficients<T>(left: bool): void {
  for (let j = 0; j < count; j++) {
    const line = deltas + (<usize>(j * count) << 3), to = coefficients + <usize>(j * count) * sizeof<T>();
    let total: f64 = 0;
    for (let i = 0; i < count; i++) {
      const v = !left ? number(line, i) : i == 0 ? -1 : number(poles, i) * number(line, i);
      total += v * v;
    }
    const inverse = 1 / sqrt<f64>(total);
    for (let i = 0; i < count; i++) {
      const v = !left ? number(line, i) : i == 0 ? -1 : number(poles, i) * number(line, i);
      store<T>(to + <usize>item(positions, i) * sizeof<T>(), (v * inverse) as T);
    }
  }
}

/**
 * Replaces `total` rows of n elements at z by the combinations of the kept rows, then the deflated ones. `row` is the distance of rows in elements, `split` the number of columns of
 * the first half.
 */
export function combineRows<T>(total: i32, z: usize, row: usize, n: i32, split: i32): void {
  const size = sizeof<T>(), bytes = <usize>n * size, stride = row * size;
  for (let i = 0; i < count; i++) memory.copy(packed + <usize>item(positions, i) * bytes, z + <usize>item(rows, i) * stride, bytes);
  for (let i = 0; i < total - count; i++) memory.copy(packed + <usize>(count + i) * bytes, z + <usize>item(rest, i) * stride, bytes);
  if (count > 0) {
    const ofFirst = countOf(first), both = count - countOf(second), at = <usize>split * size;
    const behind = packed + <usize>ofFirst * bytes + at;
    if (both > 0) gemm<T>(count, split, both, 1 as T, coefficients, count, 1, packed, n, 1, z, row, false, 0);
    else for (let i = 0; i < count; i++) memory.fill(z + <usize>i * stride, 0, at);
    if (count > ofFirst) gemm<T>(count, n - split, count - ofFirst, 1 as T, coefficients + <usize>ofFirst * size, count, 1, behind, n, 1, z + at, row, false, 0);
    else for (let i = 0; i < count; i++) memory.fill(z + <usize>i * stride + at, 0, bytes - at);
  }
  for (let i = count; i < total; i++) memory.copy(z + <usize>i * stride, packed + <usize>i * bytes, bytes);
}

/** Writes the values of kept and deflated rows to their new places, and the list of the new rows by rising value. */
export function placeValues(total: i32, d: usize, order: usize): void {
  for (let i = count; i < total; i++) setNumber(values, i, number(d, item(rest, i - count)));
  memory.copy(d, values, <usize>total << 3);
  // the deflated rows, sorted by insertion
  for (let i = count; i < total; i++) {
    let at = i - count;
    for (; at > 0 && number(d, item(sorted, at - 1)) > number(d, i); at--) setItem(sorted, at, item(sorted, at - 1));
    setItem(sorted, at, i);
  }
  for (let i = 0; i < count; i++) setItem(rows, i, i);
  mergeLists(d, rows, count, sorted, total - count, 0, order);
}

/** Merges the eigenvectors of two halves of m and s - m rows that ρ connects. */
function merge<T>(s: i32, m: i32, rho: f64, d: usize, order: usize, z: usize, row: usize, precision: f64): void {
  const size = sizeof<T>(), stride = row * size;
  let largest: f64 = 0, heaviest: f64 = 0;
  for (let i = 0; i < s; i++) {
    const v = <f64>load<T>(z + <usize>i * stride + <usize>(i < m ? m - 1 : m) * size);
    setNumber(weights, i, i < m || rho > 0 ? v : -v);
    setItem(kinds, i, i < m ? first : second);
    largest = max(largest, abs<f64>(number(d, i)));
    heaviest = max(heaviest, abs<f64>(v * rho));
  }
  const bound = 8 * precision * max(largest, heaviest), factor = scaleFor(max(largest, heaviest)), root = sqrt<f64>(abs<f64>(rho) * factor);
  mergeLists(d, order, m, order + (<usize>m << 2), s - m, m, sorted);
  clearLists();
  let last = -1;
  for (let i = 0; i < s; i++) {
    const next = item(sorted, i);
    if (abs<f64>(number(weights, next) * rho) <= bound) {
      deflateRow(next);
      continue;
    }
    if (last >= 0) {
      // equal eigenvalues: a rotation makes one of the weights 0
      const x = number(weights, last), y = number(weights, next), length = sqrt<f64>(x * x + y * y);
      const c = y / length, si = -x / length, gap = number(d, next) - number(d, last);
      if (abs<f64>(gap * c * si) <= bound) {
        setNumber(weights, next, length);
        if (item(kinds, next) != item(kinds, last)) setItem(kinds, next, mixed);
        rotateRows<T>(s, z + <usize>last * stride, z + <usize>next * stride, c, si);
        const low = number(d, last), high = number(d, next);
        setNumber(d, last, low * c * c + high * si * si);
        setNumber(d, next, low * si * si + high * c * c);
        deflateRow(last);
      } else keepRow(last, number(d, last) * factor, root);
    }
    last = next;
  }
  if (last >= 0) keepRow(last, number(d, last) * factor, root);
  arrange();
  solveSecular(factor, false);
  writeCoefficients<T>(false);
  combineRows<T>(s, z, row, s, m);
  placeValues(s, d, order);
}

/** Solves the s rows from `low` on: d, e and the list of rows by rising eigenvalue begin there, and z at the corner of the block. */
function solveBlock<T>(s: i32, d: usize, e: usize, order: usize, z: usize, row: usize, precision: f64): void {
  if (s == 1) {
    store<T>(z, 1 as T);
    setItem(order, 0, 0);
    return;
  }
  const m = s / 2, rho = number(e, m - 1);
  setNumber(d, m - 1, number(d, m - 1) - abs<f64>(rho));
  setNumber(d, m, number(d, m) - abs<f64>(rho));
  const behind = <usize>m << 3;
  solveBlock<T>(m, d, e, order, z, row, precision);
  solveBlock<T>(s - m, d + behind, e + behind, order + (<usize>m << 2), z + <usize>m * (row + 1) * sizeof<T>(), row, precision);
  merge<T>(s, m, rho, d, order, z, row, precision);
}

/** Overwrites d [n] with the eigenvalues in ascending order, and rows of z [n, n] with the eigenvectors, by way of `other` [n, n]. */
// @ts-ignore: decorator
@inline
function solve<T>(n: i32, d: usize, e: usize, order: usize, other: usize, z: usize, work: usize): void {
  const bytes = <usize>n * sizeof<T>();
  setUpBuffers(n, sizeof<T>(), work);
  memory.fill(other, 0, bytes * <usize>n);
  solveBlock<T>(n, d, e, order, other, n, sizeof<T>() == 4 ? 5.960464477539063e-8 : 1.1102230246251565e-16);
  memory.copy(values, d, <usize>n << 3);
  for (let i = 0; i < n; i++) {
    setNumber(d, i, number(values, item(order, i)));
    memory.copy(z + <usize>i * bytes, other + <usize>item(order, i) * bytes, bytes);
  }
}

/**
 * Replaces the diagonal d [n] and the elements e beside it of a tridiagonal matrix by its eigenvalues in ascending order; writes the eigenvectors to rows of z [n, n] in float32. `other` has
 * room for n² elements, `order` for n integers, and `work` for 64 n + 16 n² + 2048 bytes.
 */
export function divide32(n: i32, d: usize, e: usize, order: usize, other: usize, z: usize, work: usize): void {
  solve<f32>(n, d, e, order, other, z, work);
}

/**
 * Replaces the diagonal d [n] and the elements e beside it of a tridiagonal matrix by its eigenvalues in ascending order; writes the eigenvectors to rows of z [n, n] in float64. `other` has
 * room for n² elements, `order` for n integers, and `work` for 64 n + 24 n² + 2048 bytes.
 */
export function divide64(n: i32, d: usize, e: usize, order: usize, other: usize, z: usize, work: usize): void {
  solve<f64>(n, d, e, order, other, z, work);
}
