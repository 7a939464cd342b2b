/** Work on rows in float32 as a job that threads share. */
import * as Row from "../../src/fast/abi/codes/row-function";
import * as Job from "../../src/fast/abi/jobs/rows";
import * as Pool from "../../src/fast/abi/jobs/pool";
import { lstmGates32, lstmGatesGrad32 } from "../functional/lstm-gates";
import { maxPool32, maxPoolGrad32 } from "../functional/max-pool";
import { norm32 } from "../functional/norm";
import { logSoftmax32, logSoftmaxGrad32, softmax32, softmaxGrad32 } from "../functional/softmax";
import { sum32 } from "../reduce/sum";
import { address, addressAt, double, word } from "./words";

/** Returns the i-th of the job's further sizes. */
// @ts-ignore: decorator
@inline
function size(words: usize, i: i32): i32 {
  return word(words, Job.sizes + i);
}

/** Runs `maxPool32` on some planes from `first` on. */
// @ts-ignore: decorator
@inline
function maxPoolRows(words: usize, first: i32, count: i32, x: usize, values: usize, indices: usize): void {
  const places = <usize>size(words, Pool.outputDepth) * <usize>(size(words, Pool.outputHeight) * size(words, Pool.outputWidth));
  const to = (<usize>first * places) << 2;
  maxPool32(count, words + (<usize>Job.sizes << 2), x, values + to, indices + to);
}

/** Runs the job's kernel on the rows of a chunk. The addresses are those that the kernel takes, in its order. */
export function runRowsChunk(words: usize, chunk: i32): void {
  const rowsPerChunk = word(words, Job.rowsPerChunk);
  const n = address(words, Job.elements);
  const first = chunk * rowsPerChunk;
  const count = min(rowsPerChunk, word(words, Job.rows) - first);
  const at = (<usize>first * n) << 2;
  const a = address(words, Job.addresses), b = address(words, Job.addresses + 1);
  const c = address(words, Job.addresses + 2), d = address(words, Job.addresses + 3);
  const number = double(words, Job.numberLow), flag = word(words, Job.flag) != 0;
  switch (word(words, Job.code)) {
    case Row.softmax: softmax32(count, n, a + at, n << 2, 0, b + at); break;
    case Row.softmaxGrad: softmaxGrad32(count, n, a + at, b + at, n << 2, 1, c + at); break;
    case Row.logSoftmax: logSoftmax32(count, n, a + at, b + at); break;
    case Row.logSoftmaxGrad: logSoftmaxGrad32(count, n, a + at, b + at, c + at); break;
    case Row.norm: norm32(count, n, a + at, b, c, number, flag, d + at); break;
    case Row.lstmGates: lstmGates32(count, n, a + 4 * at, b + at, c + at, d + at); break;
    case Row.lstmGatesGrad:
      lstmGatesGrad32(
        count, n, a + 4 * at, b + at, c + at, addressAt(words, Job.addresses + 3, at), addressAt(words, Job.addresses + 4, at),
        address(words, Job.addresses + 5) + 4 * at, address(words, Job.addresses + 6) + at,
      );
      break;
    case Row.sum: sum32(count, <i32>n, 1, a + at, number, b + (<usize>first << 2)); break;
    case Row.maxPool: maxPoolRows(words, first, count, a + at, b, c); break;
    case Row.maxPoolGrad: {
      const places = size(words, 0);
      const from = <usize>(first * places) << 2;
      maxPoolGrad32(count, <i32>n, places, a + from, b + from, c + at);
      break;
    }
  }
}
