/**
 * Reference kernels on encoded dtypes. float16 and bfloat16 are computed in float32 and rounded. int64 is computed in numbers; where operands or results are not
 * exact in those, it is computed again in BigInts, which a BigInt64Array takes modulo 2^64.
 */
import { computeDType, encodingOf, isInteger, type NumericArray, newArray } from "../tensor/dtype.ts";
import { hasBigInts, toBigInts, toNumbers } from "../tensor/encoding.ts";
import { DTypeError } from "../tensor/errors.ts";
import type { Meta } from "../tensor/meta.ts";
import { allocateUninitialized, storageFromArray } from "../tensor/storage/storage.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Kernel, OpSpec } from "./spec.ts";

type WithKernel<P> = Extract<OpSpec<P>, { kernel: unknown }>;

/** Whether the storage has other words than elements. */
export const isEncoded = (t: Tensor): boolean => encodingOf(t.storage.dtype) !== null;

/** Whether kernels see the tensor in another dtype. */
const isHalf = (t: Tensor): boolean => computeDType(t.storage.dtype) !== t.storage.dtype;

/** Returns the tensor in the dtype that kernels see. */
const widened = (x: Tensor): Tensor =>
  isHalf(x) ? new Tensor(storageFromArray(contiguousArray(x), computeDType(x.dtype)), x.shape) : x;

/** Returns a blank tensor like `y` in the dtype that kernels see. */
const widenedResult = (y: Tensor): Tensor =>
  isHalf(y) ? new Tensor(allocateUninitialized(computeDType(y.dtype), y.numel()), y.shape) : y;

/** Writes elements to the storage of a result. Returns `false` for elements that may have been rounded. */
function store(y: Tensor, elements: NumericArray): boolean {
  const { array, dtype } = y.storage;
  const encoding = encodingOf(dtype);
  if (encoding !== null) return encoding.encode(elements, array);
  if (elements !== array) array.set(elements);
  return true;
}

/** Computes outputs of which some, or of whose inputs some, are encoded. `fast` runs the fast kernel, if there is one, and returns whether it did the work. */
export function runEncoded<P>(
  spec: WithKernel<P>,
  metas: readonly Meta[],
  inputs: readonly Tensor[],
  params: P,
  outputs: readonly Tensor[],
  fast: (outputs: readonly Tensor[], inputs: readonly Tensor[]) => boolean,
): void {
  const xs = inputs.map(widened);
  const ys = outputs.map(widenedResult);
  const seen = metas.map((m, i): Meta => (ys[i] === outputs[i] ? m : { shape: m.shape, dtype: ys[i].dtype }));
  const isWidened = xs.some((x, i) => x !== inputs[i]) || ys.some((y, i) => y !== outputs[i]);
  if (isWidened && fast(ys, xs)) {
    outputs.forEach((y, i) => {
      if (ys[i] !== y) store(y, ys[i].storage.array);
    });
    return;
  }
  const arrays = xs.map(contiguousArray);
  const run = (kernel: Kernel<P>, given: readonly NumericArray[], make: (y: Tensor) => NumericArray): boolean => {
    const outs = ys.map(make);
    kernel(outs[0], given, { params, inputs: xs, outputs: seen, outs });
    return outputs.map((y, i) => store(y, outs[i])).every(Boolean);
  };
  const blankArray = (y: Tensor): NumericArray => newArray(y.storage.dtype, y.storage.length);
  const { exact, indices = {} } = spec;
  const isIndex = (y: Tensor): boolean => indices.outputs?.includes(ys.indexOf(y)) === true;
  const hasInt64 = ys.some((y) => y.dtype === "int64" && !isIndex(y));
  const given = exact === undefined && !hasInt64 && indices.outputs === undefined ? arrays.map(toNumbers) : arrays;
  if (!given.some(hasBigInts) && run(spec.kernel, given, blankArray)) return;
  const isInt = (x: Tensor, i: number): boolean =>
    isInteger(x.wrapped ?? x.dtype) && indices.inputs?.includes(i) !== true;
  const big = arrays.map((a, i) => (isInt(xs[i], i) ? toBigInts(a) : a));
  try {
    run(exact ?? spec.kernel, big, (y) =>
      y.dtype === "int64" && !isIndex(y) ? toBigInts(blankArray(y)) : blankArray(y),
    );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new DTypeError(spec.name, "expected integers below 2^53", ["larger ones"]);
  }
}
