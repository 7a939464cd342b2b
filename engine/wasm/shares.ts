/** Parts of work on rows, and of steps of optimizers, for threads. What a part gives does not depend on who does it. */
import { norm32 } from "./norm";
import { adam32, sgd32 } from "./optim";
import { maxPool32, maxPoolGrad32 } from "./pool";
import { lstm32, lstmGrad32 } from "./recurrent";
import { sum32, sumOf } from "./reduce";
import { logSoftmax32, logSoftmaxGrad32, softmax32, softmaxGrad32 } from "./softmax";

// @ts-ignore: decorator
@inline
function address(words: usize, i: usize): usize {
  return <usize>load<u32>(words + (i << 2));
}

/** The address of a row of n elements, where there are any. */
// @ts-ignore: decorator
@inline
function rowOf(words: usize, i: usize, offset: usize): usize {
  const a = address(words, i);
  return a == 0 ? 0 : a + offset;
}

/** The sizes behind the flag. */
// @ts-ignore: decorator
@inline
function size32(words: usize, i: usize): i32 {
  return load<i32>(words + 64 + (i << 2));
}

/**
 * Some rows: the words are kind, rows per chunk, rows, number of the function, elements of a row, addresses, and from the 13th a float64 and a
 * flag, and sizes. Functions: 0 softmax, 1 its gradient, 2 log-softmax, 3 its gradient, 4 norm, 5 the gates of an LSTM, 6 their gradient, 7 sums,
 * 8 the largest of each window, 9 its gradient.
 */
export function rowsChunk(words: usize, chunk: i32): void {
  const size = load<i32>(words, 4), f = load<i32>(words, 12);
  const n = address(words, 4);
  const first = chunk * size;
  const count = min(size, load<i32>(words, 8) - first);
  const at = (<usize>first * n) << 2;
  const a = address(words, 5), b = address(words, 6), c = address(words, 7), d = address(words, 8);
  const number = load<f64>(words, 52), flag = load<i32>(words, 60) != 0;
  switch (f) {
    case 0: softmax32(count, n, a + at, n << 2, 0, b + at); break;
    case 1: softmaxGrad32(count, n, a + at, b + at, n << 2, 1, c + at); break;
    case 2: logSoftmax32(count, n, a + at, b + at); break;
    case 3: logSoftmaxGrad32(count, n, a + at, b + at, c + at); break;
    case 4: norm32(count, n, a + at, b, c, number, flag, d + at); break;
    case 5: lstm32(count, n, a + 4 * at, b + at, c + at, d + at); break;
    case 6:
      lstmGrad32(
        count, n, a + 4 * at, b + at, c + at, rowOf(words, 8, at), rowOf(words, 9, at), address(words, 10) + 4 * at, address(words, 11) + at,
      );
      break;
    case 7: sum32(count, <i32>n, 1, a + at, number, b + (<usize>first << 2)); break;
    case 8: {
      const to = (<usize>(first * size32(words, 10)) * <usize>size32(words, 11)) << 2;
      maxPool32(
        count, size32(words, 0), size32(words, 1), size32(words, 2), size32(words, 3), size32(words, 4), size32(words, 5), size32(words, 6),
        size32(words, 7), size32(words, 8), size32(words, 9), size32(words, 10), size32(words, 11), a + at, b + to, c + to,
      );
      break;
    }
    case 9: {
      const places = size32(words, 0);
      const from = <usize>(first * places) << 2;
      maxPoolGrad32(count, <i32>n, places, a + from, b + from, c + at);
      break;
    }
  }
}

/** A stretch of a long row, whose sum is put beside those of the others: the words are kind, elements per chunk, elements, addresses. */
export function sumChunk(words: usize, chunk: i32): void {
  const size = address(words, 1);
  const first = <usize>chunk * size;
  store<f64>(address(words, 4) + (<usize>chunk << 3), sumOf<f32>(address(words, 3) + (first << 2), min(size, address(words, 2) - first)));
}

// @ts-ignore: decorator
@inline
function float(words: usize, i: usize): f32 {
  return load<f32>(words + (i << 2));
}

/** Words of a step: 0 for Adam and 1 for SGD, elements, addresses of parameter, gradient and two more, eight constants, two flags. */
const stepBytes: usize = 64;

/** The step of n elements of a parameter from `first` on. */
function step(words: usize, first: usize, n: usize): void {
  const at = first << 2;
  const p = address(words, 2) + at, g = address(words, 3) + at;
  if (address(words, 0) == 0)
    adam32(
      n, p, g, address(words, 4) + at, address(words, 5) + at, float(words, 6), float(words, 7), float(words, 8), float(words, 9), float(words, 10),
      float(words, 11), float(words, 12), float(words, 13),
    );
  else
    sgd32(
      n, p, g, rowOf(words, 4, at), float(words, 6), float(words, 7), float(words, 8), float(words, 9), address(words, 14) != 0,
      address(words, 15) != 0,
    );
}

/** All steps of a table. */
export function steps32(count: i32, table: usize): void {
  for (let i = 0; i < count; i++) {
    step(table, 0, address(table, 1));
    table += stepBytes;
  }
}

/** A part of a table's steps: the words are kind, elements of a part, and the table; parts are counted through, parameter by parameter. */
export function stepChunk(words: usize, chunk: i32): void {
  const size = address(words, 1);
  let table = address(words, 2), first = <usize>chunk * size;
  for (;;) {
    const n = address(table, 1);
    if (first < n) return step(table, first, min(size, n - first));
    first -= (n + size - 1) / size * size;
    table += stepBytes;
  }
}
