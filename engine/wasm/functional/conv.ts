/** Convolutions as matrix products, with the windows of an image as a matrix. */
import * as Pass from "../../src/fast/abi/codes/conv-pass";
import * as Job from "../../src/fast/abi/jobs/conv";
import * as Window from "../../src/fast/abi/jobs/window";
import { gemm } from "../linalg/gemm";
import { word } from "../threads/words";
import { fold, unfold } from "./windows";

/** Fills rows [rows, n], each with an element of `values`. */
// @ts-ignore: decorator
@inline
function fillRows<T>(rows: i32, n: usize, values: usize, to: usize): void {
  const bytes = n * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const value = load<T>(values + <usize>r * sizeof<T>());
    const v = v128.splat<T>(value);
    let i: usize = 0;
    for (; i + 16 <= bytes; i += 16) v128.store(to + i, v);
    for (; i < bytes; i += sizeof<T>()) store<T>(to + i, value);
    to += bytes;
  }
}

/** Returns one of the sizes of the window. */
// @ts-ignore: decorator
@inline
function windowSize(words: usize, i: i32): i32 {
  return word(words, Job.window + i);
}

/** Unfolds an image into a matrix of windows, or folds the matrix onto the image. */
// @ts-ignore: decorator
@inline
function windows<T>(words: usize, channels: i32, image: usize, matrix: usize, back: bool): void {
  const h = windowSize(words, Window.height), w = windowSize(words, Window.width);
  const kh = windowSize(words, Window.kernelHeight), kw = windowSize(words, Window.kernelWidth);
  const sh = windowSize(words, Window.strideHeight), sw = windowSize(words, Window.strideWidth);
  const ph = windowSize(words, Window.paddingHeight), pw = windowSize(words, Window.paddingWidth);
  const dh = windowSize(words, Window.dilationHeight), dw = windowSize(words, Window.dilationWidth);
  const oh = windowSize(words, Window.outputHeight), ow = windowSize(words, Window.outputWidth);
  if (back) fold<T>(channels, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow, matrix, image);
  else unfold<T>(channels, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow, image, matrix);
}

/** Computes a contiguous C [m, n] = A [m, k] B [k, n], or C += A B. */
// @ts-ignore: decorator
@inline
function product<T>(m: i32, n: i32, k: i32, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, accumulate: bool): void {
  gemm<T>(m, n, k, 1 as T, a, aRow, aColumn, b, bRow, bColumn, c, n, accumulate, 0);
}

/** Runs a pass over the images of a chunk. */
// @ts-ignore: decorator
@inline
function images<T>(words: usize, chunk: i32, thread: i32): void {
  const each = sizeof<T>();
  const perChunk = word(words, Job.imagesPerChunk), groups = word(words, Job.groups), ins = word(words, Job.inputs), outs = word(words, Job.outputs);
  const depth = word(words, Job.depth);
  const size = word(words, Job.size), places = word(words, Job.places), direct = word(words, Job.direct) != 0, pass = word(words, Job.pass);
  const buffer = <usize>word(words, Job.columns) + <usize>word(words, Job.columnBytes) * <usize>thread;
  const x = <usize>word(words, Job.x), w = <usize>word(words, Job.w), y = <usize>word(words, Job.y), bias = <usize>word(words, Job.bias);
  const partial = <usize>word(words, Job.partialSums) + <usize>chunk * <usize>(groups * outs * depth) * each;
  const last = min((chunk + 1) * perChunk, word(words, Job.images));
  for (let image = chunk * perChunk; image < last; image++) {
    if (pass == Pass.output && bias != 0) fillRows<T>(groups * outs, places, bias, y + <usize>(image * groups * outs * places) * each);
    for (let group = 0; group < groups; group++) {
      const from = x + <usize>((image * groups + group) * ins * size) * each;
      const to = y + <usize>((image * groups + group) * outs * places) * each;
      const weight = w + <usize>(group * outs * depth) * each;
      const matrix = direct ? from : buffer;
      if (pass != Pass.inputGrad && !direct) windows<T>(words, ins, from, matrix, false);
      if (pass == Pass.output) product<T>(outs, places, depth, weight, depth, 1, matrix, places, 1, to, bias != 0);
      else if (pass == Pass.inputGrad) {
        product<T>(depth, places, outs, weight, 1, depth, to, places, 1, matrix, false);
        if (!direct) windows<T>(words, ins, from, matrix, true);
      } else if (pass == Pass.weightGrad) {
        const sum = partial + <usize>(group * outs * depth) * each;
        product<T>(outs, depth, places, to, places, 1, matrix, 1, places, sum, image > chunk * perChunk);
      }
    }
  }
}

/** Runs a pass over the images of a chunk, in the job's dtype. The gradient of the input is accumulated; that of the weight has a place for each chunk. */
export function runConvChunk(words: usize, chunk: i32, thread: i32): void {
  if (word(words, Job.isFloat64) != 0) images<f64>(words, chunk, thread);
  else images<f32>(words, chunk, thread);
}
