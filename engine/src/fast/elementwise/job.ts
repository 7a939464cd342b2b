/** Elementwise work in float32 that threads share. */
import * as JobKind from "../abi/codes/job-kind.ts";
import * as ElementwiseJob from "../abi/jobs/elementwise.ts";
import { cut } from "../threads/chunks.ts";
import { runJob } from "../threads/jobs.ts";
import { doubleWords, layoutOf } from "../threads/words.ts";
import type { Kernels } from "../wasm/module.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
export const minWasmElements = 17;
/** With fewer elements, work is never shared. */
export const minSharedElements: number = 2 ** 15;

/** Nanoseconds for an element where memory bandwidth is the limit, and where computation is. */
export const memoryBoundTime = 0.2;
export const computeBoundTime = 1;

/** Chunks are whole multiples of this many elements, a cache line. */
const lineElements = 16;

const elementwiseWords = layoutOf(ElementwiseJob);

/** Shares a function of a form of `elementwise-form` on n elements among threads; a formula has up to three numbers. Returns `false` without doing it where one thread should. */
export function shareElements(
  wasm: Kernels,
  form: number,
  code: number,
  n: number,
  nanoseconds: number,
  first: number,
  second: number,
  result: number,
  numbers: readonly number[] = [],
): boolean {
  const chunks = cut(n, nanoseconds, lineElements);
  if (chunks.threads === 1) return false;
  const [p = 0, q = 0, r = 0] = numbers;
  const [[pLow, pHigh], [qLow, qHigh], [rLow, rHigh]] = [doubleWords(p), doubleWords(q), doubleWords(r)];
  const words = elementwiseWords({
    elementsPerChunk: chunks.size,
    elements: n,
    form,
    code,
    first,
    second,
    result,
    pLow,
    pHigh,
    qLow,
    qHigh,
    rLow,
    rHigh,
  });
  runJob(wasm, JobKind.elementwise, words, chunks);
  return true;
}
