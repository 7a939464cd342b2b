/**
 * A long short-term memory over all steps, for some rows of the batch: they depend on no other rows, so that threads share the rows and never wait for
 * each other between steps. What goes from step to step is multiplied by a matrix that is packed once.
 */
import { sigmoid as sigmoid64, tanh as tanh64 } from "./doubles";
import { logistic, rationalTanh } from "./exponential";
import { multiplyByHost, multiplyPacked } from "./gemm";
import { own, storeLeft, storePair } from "./lanes";
import { bend, bendTanh } from "./recurrent";

/*
 * The words: kind, rows per chunk, rows, steps, size n, whether it goes back, whether all is float64 (1) or the host makes the products (2), inputs,
 * addresses. Cells are [steps, rows, n]; gates, by σ or tanh, and their sums [steps, rows, 4 n], in the order i, f, g, o. Matrices are packed unless they
 * are for the host.
 */
// @ts-ignore: decorator
@inline
function word(words: usize, i: i32): i32 {
  return load<i32>(words + (<usize>i << 2));
}

/** An address of the words, some bytes on; 0 where there is none. */
// @ts-ignore: decorator
@inline
function place(words: usize, i: i32, offset: usize): usize {
  const a = <usize>load<u32>(words + (<usize>(8 + i) << 2));
  return a == 0 ? 0 : a + offset;
}

/** C [m, n] from rows of A, k elements each, and a matrix. */
// @ts-ignore: decorator
@inline
function multiply<T>(words: usize, m: i32, n: i32, k: i32, a: usize, matrix: usize, c: usize, accumulate: bool): void {
  if (sizeof<T>() == 4 && word(words, 6) == 2) multiplyByHost(m, n, k, a, matrix, c, accumulate);
  else multiplyPacked<T>(m, n, k, a, matrix, c, accumulate);
}

/** σ(x) */
// @ts-ignore: decorator
@inline
function gate<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? sigmoid64(x) : logistic(x);
}

// @ts-ignore: decorator
@inline
function tanh<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? tanh64(x) : rationalTanh(x);
}

/** In one row: sums become gates, c' = f c + i g, and h' = o tanh c'. */
// @ts-ignore: decorator
@inline
function forwardRow<T>(bytes: usize, gates: usize, c: usize, h: usize, next: usize): void {
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    const from = gates + at;
    const i0 = gate<T>(v128.load(from)), i1 = gate<T>(v128.load(from, 16));
    const f0 = gate<T>(v128.load(from + bytes)), f1 = gate<T>(v128.load(from + bytes, 16));
    const g0 = tanh<T>(v128.load(from + 2 * bytes)), g1 = tanh<T>(v128.load(from + 2 * bytes, 16));
    const o0 = gate<T>(v128.load(from + 3 * bytes)), o1 = gate<T>(v128.load(from + 3 * bytes, 16));
    const c0 = v128.add<T>(v128.mul<T>(f0, v128.load(c + at)), v128.mul<T>(i0, g0));
    const c1 = v128.add<T>(v128.mul<T>(f1, v128.load(c + at, 16)), v128.mul<T>(i1, g1));
    const h0 = v128.mul<T>(o0, tanh<T>(c0)), h1 = v128.mul<T>(o1, tanh<T>(c1));
    storePair(from, i0, i1);
    storePair(from + bytes, f0, f1);
    storePair(from + 2 * bytes, g0, g1);
    storePair(from + 3 * bytes, o0, o1);
    storePair(next + at, c0, c1);
    storePair(h + at, h0, h1);
  }
  for (; at < bytes; at += 16) {
    const from = gates + at, left = bytes - at;
    const i = gate<T>(v128.load(from)), f = gate<T>(v128.load(from + bytes));
    const g = tanh<T>(v128.load(from + 2 * bytes)), o = gate<T>(v128.load(from + 3 * bytes));
    const n = v128.add<T>(v128.mul<T>(f, v128.load(c + at)), v128.mul<T>(i, g));
    storeLeft(from, i, left);
    storeLeft(from + bytes, f, left);
    storeLeft(from + 2 * bytes, g, left);
    storeLeft(from + 3 * bytes, o, left);
    storeLeft(next + at, n, left);
    storeLeft(h + at, v128.mul<T>(o, tanh<T>(n)), left);
  }
}

/**
 * In one row: the cotangents of the sums, and of c in place of that of c', from those of h' and c' that came from the next step, and those that came from
 * elsewhere, each of which may be 0 for none.
 */
// @ts-ignore: decorator
@inline
function backwardRow<T>(bytes: usize, gates: usize, c: usize, next: usize, dh: usize, dc: usize, dy: usize, dCells: usize, to: usize): void {
  const yStep: usize = dy == 0 ? 0 : ~0, cellStep: usize = dCells == 0 ? 0 : ~0;
  if (dy == 0) dy = own;
  if (dCells == 0) dCells = own;
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    const from = gates + at, d = to + at, yAt = dy + (at & yStep), cellAt = dCells + (at & cellStep);
    const i0 = v128.load(from), i1 = v128.load(from, 16);
    const f0 = v128.load(from + bytes), f1 = v128.load(from + bytes, 16);
    const g0 = v128.load(from + 2 * bytes), g1 = v128.load(from + 2 * bytes, 16);
    const o0 = v128.load(from + 3 * bytes), o1 = v128.load(from + 3 * bytes, 16);
    const t0 = tanh<T>(v128.load(next + at)), t1 = tanh<T>(v128.load(next + at, 16));
    const h0 = v128.add<T>(v128.load(dh + at), v128.load(yAt)), h1 = v128.add<T>(v128.load(dh + at, 16), v128.load(yAt, 16));
    const n0 = v128.add<T>(v128.load(dc + at), v128.load(cellAt)), n1 = v128.add<T>(v128.load(dc + at, 16), v128.load(cellAt, 16));
    const c0 = v128.load(c + at), c1 = v128.load(c + at, 16);
    const d0 = v128.add<T>(v128.mul<T>(v128.mul<T>(h0, o0), bendTanh<T>(t0)), n0);
    const d1 = v128.add<T>(v128.mul<T>(v128.mul<T>(h1, o1), bendTanh<T>(t1)), n1);
    storePair(d, v128.mul<T>(v128.mul<T>(d0, g0), bend<T>(i0)), v128.mul<T>(v128.mul<T>(d1, g1), bend<T>(i1)));
    storePair(d + bytes, v128.mul<T>(v128.mul<T>(d0, c0), bend<T>(f0)), v128.mul<T>(v128.mul<T>(d1, c1), bend<T>(f1)));
    storePair(d + 2 * bytes, v128.mul<T>(v128.mul<T>(d0, i0), bendTanh<T>(g0)), v128.mul<T>(v128.mul<T>(d1, i1), bendTanh<T>(g1)));
    storePair(d + 3 * bytes, v128.mul<T>(v128.mul<T>(h0, t0), bend<T>(o0)), v128.mul<T>(v128.mul<T>(h1, t1), bend<T>(o1)));
    storePair(dc + at, v128.mul<T>(d0, f0), v128.mul<T>(d1, f1));
  }
  for (; at < bytes; at += 16) {
    const from = gates + at, d = to + at, left = bytes - at;
    const i = v128.load(from), f = v128.load(from + bytes), g = v128.load(from + 2 * bytes), o = v128.load(from + 3 * bytes);
    const t = tanh<T>(v128.load(next + at));
    const h = v128.add<T>(v128.load(dh + at), v128.load(dy + (at & yStep)));
    const n = v128.add<T>(v128.load(dc + at), v128.load(dCells + (at & cellStep)));
    const s = v128.add<T>(v128.mul<T>(v128.mul<T>(h, o), bendTanh<T>(t)), n);
    const df = v128.mul<T>(v128.mul<T>(s, v128.load(c + at)), bend<T>(f));
    storeLeft(d, v128.mul<T>(v128.mul<T>(s, g), bend<T>(i)), left);
    storeLeft(d + bytes, df, left);
    storeLeft(d + 2 * bytes, v128.mul<T>(v128.mul<T>(s, i), bendTanh<T>(g)), left);
    storeLeft(d + 3 * bytes, v128.mul<T>(v128.mul<T>(h, t), bend<T>(o)), left);
    storeLeft(dc + at, v128.mul<T>(s, f), left);
  }
}

function forwardRows32(count: i32, bytes: usize, gates: usize, c: usize, h: usize, next: usize): void {
  for (let r: usize = 0; r < <usize>count; r++) forwardRow<f32>(bytes, gates + 4 * r * bytes, c + r * bytes, h + r * bytes, next + r * bytes);
}
function forwardRows64(count: i32, bytes: usize, gates: usize, c: usize, h: usize, next: usize): void {
  for (let r: usize = 0; r < <usize>count; r++) forwardRow<f64>(bytes, gates + 4 * r * bytes, c + r * bytes, h + r * bytes, next + r * bytes);
}

// @ts-ignore: decorator
@inline
function backwardRows<T>(count: i32, bytes: usize, gates: usize, c: usize, next: usize, dh: usize, dc: usize, dy: usize, dCells: usize, to: usize): void {
  storePair(own, v128.splat<T>(0 as T), v128.splat<T>(0 as T));
  for (let r: usize = 0; r < <usize>count; r++) {
    const at = r * bytes;
    const y = dy == 0 ? dy : dy + at, cells = dCells == 0 ? dCells : dCells + at;
    backwardRow<T>(bytes, gates + 4 * at, c + at, next + at, dh + at, dc + at, y, cells, to + 4 * at);
  }
}
function backwardRows32(count: i32, bytes: usize, gates: usize, c: usize, next: usize, dh: usize, dc: usize, dy: usize, dCells: usize, to: usize): void {
  backwardRows<f32>(count, bytes, gates, c, next, dh, dc, dy, dCells, to);
}
function backwardRows64(count: i32, bytes: usize, gates: usize, c: usize, next: usize, dh: usize, dc: usize, dy: usize, dCells: usize, to: usize): void {
  backwardRows<f64>(count, bytes, gates, c, next, dh, dc, dy, dCells, to);
}

/** Sums of some rows of so many bytes. */
// @ts-ignore: decorator
@inline
function addUp<T>(count: i32, bytes: usize, from: usize, to: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    let v = v128.load(from + at);
    for (let r: usize = 1; r < <usize>count; r++) v = v128.add<T>(v, v128.load(from + r * bytes + at));
    storeLeft(to + at, v, bytes - at);
  }
}

/**
 * Addresses: the matrix of the states, h and c before the first step, all h, all c, all sums, which become the gates; where the sums do not have the
 * inputs' part yet, inputs, their matrix, and the bias or 0.
 */
// @ts-ignore: decorator
@inline
function forward<T>(words: usize, first: i32, count: i32): void {
  const steps = word(words, 3), n = word(words, 4), ins = word(words, 7), rows = <usize>word(words, 2);
  const matrix = place(words, 0, 0), matrixOfInputs = place(words, 7, 0), bias = place(words, 8, 0);
  const bytes = <usize>n * sizeof<T>(), step = rows * bytes, start = <usize>first * bytes;
  let h = place(words, 1, start), c = place(words, 2, start), gates = place(words, 5, 4 * start);
  let nextH = place(words, 3, start), nextC = place(words, 4, start);
  let x = place(words, 6, <usize>(first * ins) * sizeof<T>());
  for (let t = 0; t < steps; t++) {
    if (x != 0) {
      if (bias != 0) for (let r: usize = 0; r < <usize>count; r++) memory.copy(gates + 4 * r * bytes, bias, 4 * bytes);
      multiply<T>(words, count, 4 * n, ins, x, matrixOfInputs, gates, bias != 0);
      x += rows * <usize>ins * sizeof<T>();
    }
    multiply<T>(words, count, 4 * n, n, h, matrix, gates, true);
    if (sizeof<T>() == 8) forwardRows64(count, bytes, gates, c, nextH, nextC);
    else forwardRows32(count, bytes, gates, c, nextH, nextC);
    h = nextH;
    c = nextC;
    nextH += step;
    nextC += step;
    gates += 4 * step;
  }
}

/**
 * Addresses: the matrix, c before the first step, all c, all gates, cotangents of all h and of all c, or 0, those of h and c before the first step, which
 * carry those of the other steps and start at 0, those of all sums, and a place for what they come to in each step of each chunk, or 0.
 */
// @ts-ignore: decorator
@inline
function backward<T>(words: usize, chunk: i32, first: i32, count: i32): void {
  const n = word(words, 4), rows = word(words, 2), size = word(words, 1), matrix = place(words, 0, 0);
  const bytes = <usize>n * sizeof<T>(), step = <usize>rows * bytes, start = <usize>first * bytes;
  const dh = place(words, 6, start), dc = place(words, 7, start), chunks = (rows + size - 1) / size;
  for (let t = word(words, 3) - 1; t >= 0; t--) {
    const at = start + <usize>t * step;
    const c = t == 0 ? place(words, 1, start) : place(words, 2, at - step);
    const gates = place(words, 3, 4 * at), next = place(words, 2, at), sums = place(words, 8, 4 * at);
    const dy = place(words, 4, at), dCells = place(words, 5, at);
    if (sizeof<T>() == 8) backwardRows64(count, bytes, gates, c, next, dh, dc, dy, dCells, sums);
    else backwardRows32(count, bytes, gates, c, next, dh, dc, dy, dCells, sums);
    const total = place(words, 9, <usize>(t * chunks + chunk) * 4 * bytes);
    if (total != 0) addUp<T>(count, 4 * bytes, sums, total);
    multiply<T>(words, count, n, 4 * n, sums, matrix, dh, false);
  }
}

export function lstmChunk(words: usize, chunk: i32): void {
  const size = word(words, 1), first = chunk * size;
  const count = min(size, word(words, 2) - first);
  const back = word(words, 5) != 0;
  if (word(words, 6) == 1) {
    if (back) backward<f64>(words, chunk, first, count);
    else forward<f64>(words, first, count);
  } else if (back) backward<f32>(words, chunk, first, count);
  else forward<f32>(words, first, count);
}
