/** Sums, means, variances and extremes by WebAssembly. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { threadsFor } from "../threads/sharing.ts";
import { runJob, shareRows } from "../threads/threads.ts";
import { type Kernels, kernelsFor, widthOf } from "../wasm/module.ts";
import { addressOf, isFloat, isFloat32, memory32, resultOf, scratch, settle } from "../wasm/operands.ts";

/** Fewer elements are added up where they are. */
const worthwhile = 17;

interface Reduce {
  readonly dims: readonly number[];
}

/** Sizes of runs of dimensions that are all reduced, or all kept, in turn; the first run is kept, and may be of size 1. */
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

/** Reduces [outer, n, inner] over n, from an address to another; `last` says that nothing is left to reduce. */
type Pass = (outer: number, n: number, inner: number, from: number, to: number, last: boolean) => void;

/** One pass for each run of reduced dimensions, the last first, so that rows are read as they lie. */
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
    const to = r === 1 ? resultOf(out) : scratch(outer * inner * bytes);
    pass(outer, runs[r], inner, from, to, r === 1);
    from = to;
  }
  return settle();
}

/** Elements from which on a row is summed up in stretches, always the same ones, so that the sum does not depend on the threads. */
const longRow = 2 ** 18;
const stretch = 2 ** 16;
const mostStretches = 512;
/** Nanoseconds for an element. */
const perElement = 0.1;

function sumLong(wasm: Kernels, n: number, from: number, scale: number, to: number): void {
  const size = Math.max(stretch, Math.ceil(n / mostStretches / stretch) * stretch);
  const parts = Math.ceil(n / size);
  const sums = scratch(8 * parts);
  const nanoseconds = n * perElement;
  runJob(wasm, "sum", { threads: threadsFor(nanoseconds), chunks: parts, nanoseconds }, [size, n, from, sums]);
  const list = new Float64Array(memory32().buffer, sums, parts);
  memory32()[to / 4] = scale * list.reduce((total, s) => total + s, 0);
}

const sum =
  (average: boolean): FastKernel =>
  ([out], [x], params) => {
    const { dims } = params as Reduce;
    const wasm = x.storage.dtype !== out.storage.dtype ? null : kernelsFor(sizeOf(x.shape), worthwhile);
    if (wasm === null || !isFloat(x)) return false;
    const run = widthOf(wasm, x).sum;
    const scale = average ? 1 / dims.reduce((count, d) => count * x.shape[d], 1) : 1;
    return reduceRuns(out, x, dims, (outer, n, inner, from, to, last) => {
      const by = last ? scale : 1;
      if (inner === 1 && isFloat32(x)) {
        if (outer === 1 && n >= longRow) return sumLong(wasm, n, from, by, to);
        if (shareRows(wasm, x, "sum", outer, n, [from, to], by)) return;
      }
      run(outer, n, inner, from, by, to);
    });
  };

/** Σ (x - μ)² / max(n - correction, 0), after a pass for the means. */
const variance: FastKernel = ([out], [x], params) => {
  const { dims, correction } = params as Reduce & { readonly correction: number };
  const wasm = isFloat(x) ? kernelsFor(sizeOf(x.shape), worthwhile) : null;
  const [front, first = 1, kept = 1, second = 1, ...more] = runsOf(x.shape, dims);
  if (wasm === null || more.length > 0) return false;
  // [kept, reduced], or [reduced, kept, reduced]
  const [outer, rows, n] = first > 1 && kept === 1 && second === 1 ? [1, front, first] : [first, kept, second];
  if ((front !== 1 && outer !== 1) || rows !== sizeOf(out.shape)) return false;
  const count = outer * n;
  const from = addressOf(x);
  const bytes = bytesPerElement[x.storage.dtype];
  const { sum, spread } = widthOf(wasm, x);
  const [sums, means] = [scratch(bytes * outer * rows), scratch(bytes * rows)];
  sum(outer * rows, n, 1, from, 1, sums);
  sum(1, outer, rows, sums, 1 / count, means);
  spread(outer, rows, n, from, means, 1 / Math.max(count - correction, 0), resultOf(out));
  return settle();
};

const extreme =
  (smallest: boolean): FastKernel =>
  ([out], [x], params) => {
    const wasm = isFloat(x) ? kernelsFor(sizeOf(x.shape), worthwhile) : null;
    if (wasm === null) return false;
    const run = widthOf(wasm, x).extreme;
    return reduceRuns(out, x, (params as Reduce).dims, (outer, n, inner, from, to) =>
      run(Number(smallest), outer, n, inner, from, to),
    );
  };

export function registerReductions(): void {
  registerFastKernel("sum", sum(false));
  registerFastKernel("mean", sum(true));
  registerFastKernel("var", variance);
  registerFastKernel("amax", extreme(false));
  registerFastKernel("amin", extreme(true));
}
