/**
 * An LSTM layer over all steps, for some rows of the batch. Rows do not depend on each other, so threads share the rows and do not wait for each other
 * between steps. The matrix by which hidden states are multiplied is packed once.
 */
import * as Arithmetic from "../../src/fast/abi/codes/lstm-arithmetic";
import * as Backward from "../../src/fast/abi/jobs/lstm-backward";
import * as Forward from "../../src/fast/abi/jobs/lstm-forward";
import * as Job from "../../src/fast/abi/jobs/lstm";
import { multiplyPacked } from "../linalg/multiply";
import { multiplyNatively } from "../linalg/native";
import { addressAt, word } from "../threads/words";
import { backwardRow, forwardRow } from "./lstm-row";
import { storePair, storeWithin, threadBuffer } from "../simd/lanes";

/** Returns the i-th of the job's addresses, `offset` bytes on; 0 where it is 0, for none. */
// @ts-ignore: decorator
@inline
function place(words: usize, i: i32, offset: usize): usize {
  return addressAt(words, Job.addresses + i, offset);
}

/** Multiplies a contiguous A [m, k] by a matrix that is packed, or contiguous for a native BLAS. */
// @ts-ignore: decorator
@inline
function multiply<T>(words: usize, m: i32, n: i32, k: i32, a: usize, matrix: usize, c: usize, accumulate: bool): void {
  if (sizeof<T>() == 4 && word(words, Job.arithmetic) == Arithmetic.native) multiplyNatively(m, n, k, a, matrix, c, accumulate);
  else multiplyPacked<T>(m, n, k, a, matrix, c, accumulate);
}

/* A function for each dtype, as V8 compiles the loops of a large function to slower code. */
function forwardRows32(count: i32, bytes: usize, gates: usize, c: usize, h: usize, next: usize): void {
  for (let r: usize = 0; r < <usize>count; r++) forwardRow<f32>(bytes, gates + 4 * r * bytes, c + r * bytes, h + r * bytes, next + r * bytes);
}
function forwardRows64(count: i32, bytes: usize, gates: usize, c: usize, h: usize, next: usize): void {
  for (let r: usize = 0; r < <usize>count; r++) forwardRow<f64>(bytes, gates + 4 * r * bytes, c + r * bytes, h + r * bytes, next + r * bytes);
}

/** Computes the gradients of `count` rows in one step; where there are no cotangents from outside, zeros of the thread's buffer are read. */
// @ts-ignore: decorator
@inline
function backwardRows<T>(count: i32, bytes: usize, gates: usize, c: usize, next: usize, dh: usize, dc: usize, dy: usize, dCells: usize, to: usize): void {
  storePair(threadBuffer, v128.splat<T>(0 as T), v128.splat<T>(0 as T));
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

/** Computes the sum of some contiguous rows of `bytes` bytes. */
// @ts-ignore: decorator
@inline
function sumRows<T>(count: i32, bytes: usize, from: usize, to: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    let v = v128.load(from + at);
    for (let r: usize = 1; r < <usize>count; r++) v = v128.add<T>(v, v128.load(from + r * bytes + at));
    storeWithin(to + at, v, bytes - at);
  }
}

/** Runs the forward pass for `count` rows from `first` on. */
// @ts-ignore: decorator
@inline
function forward<T>(words: usize, first: i32, count: i32): void {
  const steps = word(words, Job.steps), n = word(words, Job.n), ins = word(words, Job.inputs), rows = <usize>word(words, Job.rows);
  const hiddenWeight = place(words, Forward.hiddenWeight, 0), inputWeight = place(words, Forward.inputWeight, 0), bias = place(words, Forward.bias, 0);
  const bytes = <usize>n * sizeof<T>(), step = rows * bytes, start = <usize>first * bytes;
  let h = place(words, Forward.firstHidden, start), c = place(words, Forward.firstCell, start), gates = place(words, Forward.gates, 4 * start);
  let nextH = place(words, Forward.hidden, start), nextC = place(words, Forward.cells, start);
  let x = place(words, Forward.inputs, <usize>(first * ins) * sizeof<T>());
  for (let t = 0; t < steps; t++) {
    if (x != 0) {
      if (bias != 0) for (let r: usize = 0; r < <usize>count; r++) memory.copy(gates + 4 * r * bytes, bias, 4 * bytes);
      multiply<T>(words, count, 4 * n, ins, x, inputWeight, gates, bias != 0);
      x += rows * <usize>ins * sizeof<T>();
    }
    multiply<T>(words, count, 4 * n, n, h, hiddenWeight, gates, true);
    if (sizeof<T>() == 8) forwardRows64(count, bytes, gates, c, nextH, nextC);
    else forwardRows32(count, bytes, gates, c, nextH, nextC);
    h = nextH;
    c = nextC;
    nextH += step;
    nextC += step;
    gates += 4 * step;
  }
}

/** Runs the backward pass for `count` rows from `first` on, the rows of a chunk. */
// @ts-ignore: decorator
@inline
function backward<T>(words: usize, chunk: i32, first: i32, count: i32): void {
  const n = word(words, Job.n), rows = word(words, Job.rows), size = word(words, Job.rowsPerChunk), hiddenWeight = place(words, Backward.hiddenWeight, 0);
  const bytes = <usize>n * sizeof<T>(), step = <usize>rows * bytes, start = <usize>first * bytes;
  const dh = place(words, Backward.firstHiddenGrad, start), dc = place(words, Backward.firstCellGrad, start), chunks = (rows + size - 1) / size;
  for (let t = word(words, Job.steps) - 1; t >= 0; t--) {
    const at = start + <usize>t * step;
    const c = t == 0 ? place(words, Backward.firstCell, start) : place(words, Backward.cells, at - step);
    const gates = place(words, Backward.gates, 4 * at), next = place(words, Backward.cells, at), gatesGrad = place(words, Backward.gatesGrad, 4 * at);
    const dy = place(words, Backward.hiddenGrad, at), dCells = place(words, Backward.cellsGrad, at);
    if (sizeof<T>() == 8) backwardRows64(count, bytes, gates, c, next, dh, dc, dy, dCells, gatesGrad);
    else backwardRows32(count, bytes, gates, c, next, dh, dc, dy, dCells, gatesGrad);
    const biasSum = place(words, Backward.biasSums, <usize>(t * chunks + chunk) * 4 * bytes);
    if (biasSum != 0) sumRows<T>(count, 4 * bytes, gatesGrad, biasSum);
    multiply<T>(words, count, n, 4 * n, gatesGrad, hiddenWeight, dh, false);
  }
}

/** Runs a pass over all steps for the rows of a chunk. */
export function runLstmChunk(words: usize, chunk: i32): void {
  const size = word(words, Job.rowsPerChunk), first = chunk * size;
  const count = min(size, word(words, Job.rows) - first);
  const isBackward = word(words, Job.isBackward) != 0, arithmetic = word(words, Job.arithmetic);
  if (arithmetic == Arithmetic.float64) {
    if (isBackward) backward<f64>(words, chunk, first, count);
    else forward<f64>(words, first, count);
  } else if (arithmetic == Arithmetic.float32 || arithmetic == Arithmetic.native) {
    if (isBackward) backward<f32>(words, chunk, first, count);
    else forward<f32>(words, first, count);
  }
}
