/** Sums, means, variances, and largest and smallest elements. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import * as JobKind from "../abi/codes/job-kind.ts";
import * as SumJob from "../abi/jobs/sum.ts";
import { threadsFor } from "../threads/chunks.ts";
import { runJob } from "../threads/jobs.ts";
import { shareRows } from "../threads/rows-job.ts";
import { layoutOf } from "../threads/words.ts";
import { type Kernels, kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  allocateTemporary,
  finishKernel,
  isFloat,
  isFloat32,
  memory32,
  resultAddressOf,
} from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 17;

/** The parameters of a reduction. */
interface Reduce {
  readonly dims: readonly number[];
}

/**
 * Merges neighbouring dimensions that are all kept, or all reduced. Returns the sizes of kept and reduced dimensions in turn; the first is kept, and may be 1.
 */
export function runsOf(shape: readonly number[], dims: readonly number[]): number[] {
  const runs = [1];
  shape.forEach((n, d) => {
    if (n === 1) return;
    const reduced = dims.includes(d);
    if (reduced === (runs.length % 2 === 0)) runs[runs.length - 1] *= n;
    else runs.push(n);
  });
  return runs;
}

/** Reduces [outer, n, inner] over n, from one address to another; `isLast` says that no reduction follows. */
type Pass = (outer: number, n: number, inner: number, from: number, to: number, isLast: boolean) => void;

/** Runs a pass for each reduced size of `runsOf`, the last first, so that rows are read in memory order. */
function reduceRuns(out: Strided, x: Strided, dims: readonly number[], pass: Pass): boolean {
  const runs = runsOf(x.shape, dims);
  if (runs.length === 1) runs.push(1);
  const bytes = bytesPerElement[x.storage.dtype];
  let from = addressOf(x);
  let inner = 1;
  for (let r = runs.length - 1; r > 0; r--) {
    if (r % 2 === 0) {
      inner *= runs[r];
      continue;
    }
    const outer = sizeOf(runs.slice(0, r));
    const to = r === 1 ? resultAddressOf(out) : allocateTemporary(outer * inner * bytes);
    pass(outer, runs[r], inner, from, to, r === 1);
    from = to;
  }
  return finishKernel();
}

/** Rows of this many elements are summed in parts. The parts do not depend on the number of threads, so neither does the sum. */
const minPartedRow = 2 ** 18;
const partElements = 2 ** 16;
const maxParts = 512;
/** Nanoseconds for an element. */
const elementTime = 0.1;

const sumWords = layoutOf(SumJob);

/** Sums a long row in parts that threads share. */
function sumInParts(wasm: Kernels, n: number, from: number, divisor: number, to: number): void {
  const size = Math.max(partElements, Math.ceil(n / maxParts / partElements) * partElements);
  const parts = Math.ceil(n / size);
  const sums = allocateTemporary(8 * parts);
  const nanoseconds = n * elementTime;
  const words = sumWords({ elementsPerChunk: size, elements: n, row: from, sums });
  runJob(wasm, JobKind.sum, words, { threads: threadsFor(nanoseconds), chunks: parts, nanoseconds });
  const list = new Float64Array(memory32().buffer, sums, parts);
  memory32()[to / 4] = list.reduce((total, s) => total + s, 0) / divisor;
}

export const sum =
  (isMean: boolean): FastKernel =>
  ([out], [x], params) => {
    const { dims } = params as Reduce;
    const wasm = x.storage.dtype !== out.storage.dtype ? null : kernelsFor(sizeOf(x.shape), minWasmElements);
    if (wasm === null || !isFloat(x)) return false;
    const run = kernelsOf(wasm, x).sum;
    const divisor = isMean ? dims.reduce((count, d) => count * x.shape[d], 1) : 1;
    return reduceRuns(out, x, dims, (outer, n, inner, from, to, isLast) => {
      const by = isLast ? divisor : 1;
      if (inner === 1 && isFloat32(x)) {
        if (outer === 1 && n >= minPartedRow) return sumInParts(wasm, n, from, by, to);
        if (shareRows(wasm, x, "sum", outer, n, [from, to], { number: by })) return;
      }
      run(outer, n, inner, from, by, to);
    });
  };

/** Computes Σ (x - μ)² / max(n - correction, 0), after a pass for the means. */
export const varianceOf: FastKernel = ([out], [x], params) => {
  const { dims, correction } = params as Reduce & { readonly correction: number };
  const wasm = isFloat(x) ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  const [front, first = 1, kept = 1, second = 1, ...more] = runsOf(x.shape, dims);
  if (wasm === null || more.length > 0) return false;
  // the shape is [kept, reduced] or [reduced, kept, reduced]
  const [outer, rows, n] = first > 1 && kept === 1 && second === 1 ? [1, front, first] : [first, kept, second];
  if ((front !== 1 && outer !== 1) || rows !== sizeOf(out.shape)) return false;
  const count = outer * n;
  const from = addressOf(x);
  const bytes = bytesPerElement[x.storage.dtype];
  const { sum, variance } = kernelsOf(wasm, x);
  const [sums, means] = [allocateTemporary(bytes * outer * rows), allocateTemporary(bytes * rows)];
  sum(outer * rows, n, 1, from, 1, sums);
  sum(1, outer, rows, sums, count, means);
  variance(outer, rows, n, from, means, Math.max(count - correction, 0), resultAddressOf(out));
  return finishKernel();
};

const extreme =
  (isSmallest: boolean): FastKernel =>
  ([out], [x], params) => {
    const wasm = isFloat(x) ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
    if (wasm === null) return false;
    const run = kernelsOf(wasm, x).extreme;
    return reduceRuns(out, x, (params as Reduce).dims, (outer, n, inner, from, to) =>
      run(Number(isSmallest), outer, n, inner, from, to),
    );
  };

registerFastKernel("mean", sum(true));
registerFastKernel("var", varianceOf);
registerFastKernel("amax", extreme(false));
registerFastKernel("amin", extreme(true));
