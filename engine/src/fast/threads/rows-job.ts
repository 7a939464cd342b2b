/** Work on rows that threads share: each kernel of `row-function` works on any rows by itself. */
import type { Strided } from "../../tensor/strided.ts";
import * as JobKind from "../abi/codes/job-kind.ts";
import * as RowFunction from "../abi/codes/row-function.ts";
import * as RowsJob from "../abi/jobs/rows.ts";
import type { Kernels } from "../wasm/module.ts";
import { cut } from "./chunks.ts";
import { runJob } from "./jobs.ts";
import { doubleWords, layoutOf } from "./words.ts";

/** Nanoseconds that each kernel takes for an element. */
const times: Readonly<Record<keyof typeof RowFunction, number>> = {
  softmax: 0.6,
  softmaxGrad: 0.4,
  logSoftmax: 0.7,
  logSoftmaxGrad: 0.8,
  norm: 0.6,
  lstmGates: 5,
  lstmGatesGrad: 8,
  sum: 0.1,
  maxPool: 0.6,
  maxPoolGrad: 0.8,
};

const rowsWords = layoutOf(RowsJob);

/** Arguments of a kernel besides rows and addresses: a float64, a flag, and further sizes. */
interface RowArguments {
  readonly number?: number;
  readonly flag?: number;
  readonly sizes?: readonly number[];
}

/**
 * Shares work on rows of n elements of a tensor's dtype among threads. Returns `false` without doing it where one thread should. Addresses are those that the
 * kernel takes, in its order.
 */
export function shareRows(
  wasm: Kernels,
  { storage }: Strided,
  name: keyof typeof RowFunction,
  rows: number,
  n: number,
  addresses: readonly number[],
  { number = 0, flag = 0, sizes = [] }: RowArguments = {},
): boolean {
  if (storage.dtype !== "float32") return false;
  const chunks = cut(rows, n * times[name]);
  if (chunks.threads === 1) return false;
  const [numberLow, numberHigh] = doubleWords(number);
  const words = rowsWords({
    rowsPerChunk: chunks.size,
    rows,
    code: RowFunction[name],
    elements: n,
    addresses,
    numberLow,
    numberHigh,
    flag,
    sizes,
  });
  runJob(wasm, JobKind.rows, words, chunks);
  return true;
}
