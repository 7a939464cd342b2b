/** Sums, means, variances and extremes by WebAssembly. */
import { type FastKernel, registerFastKernel } from "../op/fast.ts";
import { sizeOf } from "../tensor/shape.ts";
import { kernelsFor } from "./module.ts";
import { addressOf, isFloat32, isFloat64, resultOf, scratch, settle } from "./operands.ts";

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

const sum =
  (average: boolean): FastKernel =>
  ([out], [x], params) => {
    const { dims } = params as Reduce;
    const n = sizeOf(x.shape);
    const wasm = x.storage.dtype !== out.storage.dtype ? null : kernelsFor(n, worthwhile);
    if (wasm === null || !(isFloat32(x) || isFloat64(x))) return false;
    const run = isFloat32(x) ? wasm.sum32 : wasm.sum64;
    const scale = average ? 1 / dims.reduce((count, d) => count * x.shape[d], 1) : 1;
    const [outer, first = 1, kept = 1, second = 1, ...more] = runsOf(x.shape, dims);
    if (more.length > 0) return false;
    if (second === 1) run(outer, first, kept, addressOf(x), scale, resultOf(out));
    else {
      // the last dimensions first, so that rows are read as they lie
      const part = scratch(outer * first * kept * (isFloat32(x) ? 4 : 8));
      run(outer * first * kept, second, 1, addressOf(x), scale, part);
      run(outer, first, kept, part, 1, resultOf(out));
    }
    return settle();
  };

/** Σ (x - μ)² / max(n - correction, 0), after a pass for the means. */
const variance: FastKernel = ([out], [x], params) => {
  const { dims, correction } = params as Reduce & { readonly correction: number };
  const wasm = isFloat32(x) ? kernelsFor(sizeOf(x.shape), worthwhile) : null;
  const [front, first = 1, kept = 1, second = 1, ...more] = runsOf(x.shape, dims);
  if (wasm === null || more.length > 0) return false;
  // [kept, reduced], or [reduced, kept, reduced]
  const [outer, rows, n] = first > 1 && kept === 1 && second === 1 ? [1, front, first] : [first, kept, second];
  if ((front !== 1 && outer !== 1) || rows !== sizeOf(out.shape)) return false;
  const count = outer * n;
  const from = addressOf(x);
  const [sums, means] = [scratch(4 * outer * rows), scratch(4 * rows)];
  wasm.sum32(outer * rows, n, 1, from, 1, sums);
  wasm.sum32(1, outer, rows, sums, 1 / count, means);
  wasm.spread32(outer, rows, n, from, means, 1 / Math.max(count - correction, 0), resultOf(out));
  return settle();
};

const extreme =
  (smallest: boolean): FastKernel =>
  ([out], [x], params) => {
    const { dims } = params as Reduce;
    const n = sizeOf(x.shape);
    const [outer, length = 1, kept = 1] = runsOf(x.shape, dims);
    const wasm = !isFloat32(x) || kept !== 1 ? null : kernelsFor(n, worthwhile);
    if (wasm === null) return false;
    wasm.extreme32(Number(smallest), outer, length, addressOf(x), resultOf(out));
    return settle();
  };

export function registerReductions(): void {
  registerFastKernel("sum", sum(false));
  registerFastKernel("mean", sum(true));
  registerFastKernel("var", variance);
  registerFastKernel("amax", extreme(false));
  registerFastKernel("amin", extreme(true));
}
