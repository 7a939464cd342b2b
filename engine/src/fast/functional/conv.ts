/** Convolutions over one and two dimensions and their gradients: a matrix product for each image and group of channels. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import * as Pass from "../abi/codes/conv-pass.ts";
import * as JobKind from "../abi/codes/job-kind.ts";
import * as ConvJob from "../abi/jobs/conv.ts";
import { cut, threadsFor } from "../threads/chunks.ts";
import { runJob } from "../threads/jobs.ts";
import { shareRows } from "../threads/rows-job.ts";
import { type Kernels, kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, allocateTemporary, finishKernel, haveSameFloatDtype, resultAddressOf } from "../wasm/operands.ts";
import { type Window, windowOf } from "./window.ts";

/** With fewer multiplications, a JavaScript loop is faster than a call of WebAssembly. */
const minMultiplications = 512;

/** The parameters of the ops. */
export interface Conv extends Window {
  readonly groups: number;
}

/**
 * The gradient of the weight is summed in this many parts, in fewer the more elements it has. The number of parts does not depend on the number of threads, so
 * neither does the sum.
 */
const [minParts, maxParts] = [4, 16];
const partElements = 2 ** 20;
/** Nanoseconds for a multiplication, and for an element of the matrix of windows. */
const [multiplyTime, windowElementTime] = [0.025, 0.3];

/** Number of words of a job. */
const wordCount = ConvJob.isFloat64 + 1;

/** Addresses of the operands and the result of a pass. */
interface Addresses {
  readonly x: number;
  readonly w: number;
  readonly y: number;
  readonly bias?: number;
}

const bytesOf = (t: Strided): number => bytesPerElement[t.storage.dtype];

/** Whether the window has one element, and is at every place: the image is then the matrix of its windows. */
const isDirect = (conv: Conv): boolean =>
  sizeOf(conv.kernel) === 1 && conv.stride.every((s) => s === 1) && conv.padding.every((p) => p === 0);

/** Runs a pass over all images, in the dtype of a tensor: computes the result y, adds the gradient of x, or computes that of w. */
export function runPass(
  wasm: Kernels,
  pass: number,
  input: readonly number[],
  output: readonly number[],
  conv: Conv,
  t: Strided,
  { x, w, y, bias = 0 }: Addresses,
): void {
  const bytes = bytesOf(t);
  const { groups } = conv;
  const [images, inputs, outputs] = [input[0], input[1] / groups, output[1] / groups];
  const [size, places] = [sizeOf(input.slice(2)), sizeOf(output.slice(2))];
  const depth = inputs * sizeOf(conv.kernel);
  const direct = isDirect(conv);
  const weights = groups * outputs * depth;
  const imageTime = groups * depth * places * (outputs * multiplyTime + windowElementTime);
  const parts = Math.min(images, Math.max(minParts, Math.min(maxParts, Math.floor(partElements / weights))));
  const imagesPerChunk = pass === Pass.weightGrad ? Math.ceil(images / parts) : cut(images, imageTime).size;
  const chunks = Math.ceil(images / imagesPerChunk);
  const nanoseconds = images * imageTime;
  const threads = threadsFor(nanoseconds);
  const columnBytes = direct ? 0 : Math.ceil((bytes * depth * places + 64) / 64) * 64;
  const columns = direct ? 0 : allocateTemporary(columnBytes * threads);
  const isSummed = pass === Pass.weightGrad && chunks > 1;
  const partialSums = isSummed ? allocateTemporary(bytes * weights * chunks) : w;
  const words = new Array<number>(wordCount).fill(0);
  words[ConvJob.imagesPerChunk] = imagesPerChunk;
  words[ConvJob.images] = images;
  words[ConvJob.groups] = groups;
  words[ConvJob.inputs] = inputs;
  words[ConvJob.outputs] = outputs;
  words[ConvJob.depth] = depth;
  words[ConvJob.size] = size;
  words[ConvJob.places] = places;
  words[ConvJob.direct] = Number(direct);
  words[ConvJob.pass] = pass;
  words[ConvJob.columns] = columns;
  words[ConvJob.columnBytes] = columnBytes;
  words[ConvJob.x] = x;
  words[ConvJob.w] = w;
  words[ConvJob.y] = y;
  words[ConvJob.bias] = bias;
  words[ConvJob.partialSums] = partialSums;
  windowOf(input, output, conv).forEach((length, k) => {
    words[ConvJob.window + k] = length;
  });
  words[ConvJob.isFloat64] = Number(bytes === 8);
  // the time also identifies the kind of work, so the passes of a convolution differ in it
  runJob(wasm, JobKind.conv, words, { threads, chunks, nanoseconds: nanoseconds + pass });
  if (isSummed) kernelsOf(wasm, t).sum(1, chunks, weights, partialSums, 1, w);
}

/** Returns the kernels for a pass with these operands; `null` where they decline. */
export function kernelsForPass(
  tensors: readonly Strided[],
  weight: readonly number[],
  output: readonly number[],
): Kernels | null {
  if (!haveSameFloatDtype(tensors)) return null;
  return kernelsFor(sizeOf(weight) * sizeOf(output.slice(2)) * output[0], minMultiplications);
}

/** Computes y = W columns(x) + b. */
const forward: FastKernel = ([out], inputs, params) => {
  const [x, w, bias] = inputs as [Strided, Strided, Strided | undefined];
  const wasm = kernelsForPass(inputs, w.shape, out.shape);
  if (wasm === null || sizeOf(x.shape) === 0) return false;
  const at = {
    x: addressOf(x),
    w: addressOf(w),
    y: resultAddressOf(out),
    bias: bias === undefined ? 0 : addressOf(bias),
  };
  runPass(wasm, Pass.output, x.shape, out.shape, params as Conv, x, at);
  return finishKernel();
};

/** Computes x = Σ windows of Wᵀ y. */
const transposedForward: FastKernel = ([out], inputs, params) => {
  const [y, w, bias] = inputs as [Strided, Strided, Strided | undefined];
  const wasm = bias === undefined ? kernelsForPass(inputs, w.shape, y.shape) : null;
  if (wasm === null || sizeOf(out.shape) === 0) return false;
  const x = resultAddressOf(out);
  wasm.clear(bytesOf(y) * sizeOf(out.shape), x);
  runPass(wasm, Pass.inputGrad, out.shape, y.shape, params as Conv, y, { x, w: addressOf(w), y: addressOf(y) });
  return finishKernel();
};

/** Computes W = Σ y columns(x)ᵀ. */
const weightForward: FastKernel = ([out], inputs, params) => {
  const [x, y] = inputs as [Strided, Strided];
  const wasm = kernelsForPass(inputs, out.shape, y.shape);
  if (wasm === null || sizeOf(x.shape) === 0) return false;
  const at = { x: addressOf(x), w: resultAddressOf(out), y: addressOf(y) };
  runPass(wasm, Pass.weightGrad, x.shape, y.shape, params as Conv, x, at);
  return finishKernel();
};

const rule: FastRule = (g, { inputs, needs, metas, params }) => {
  const [x, w] = inputs;
  const [{ shape }, { shape: weight }] = metas;
  const conv = params as Conv;
  // x is saved only for the gradient of w, and w only for that of x
  const wasm = kernelsForPass([g, ...(needs[1] ? [x] : []), ...(needs[0] ? [w] : [])], weight, g.shape);
  if (wasm === null || sizeOf(shape) === 0) return null;
  const [dx, dw, db] = [0, 1, 2].map((i) => (needs[i] ? blank(metas[i], null) : null));
  const y = addressOf(g);
  if (dw !== null)
    runPass(wasm, Pass.weightGrad, shape, g.shape, conv, g, { x: addressOf(x), w: resultAddressOf(dw), y });
  if (dx !== null) {
    const to = resultAddressOf(dx);
    wasm.clear(bytesOf(g) * sizeOf(shape), to);
    runPass(wasm, Pass.inputGrad, shape, g.shape, conv, g, { x: to, w: addressOf(w), y });
  }
  if (db !== null) {
    const { sum } = kernelsOf(wasm, g);
    const planes = g.shape[0] * g.shape[1];
    const places = sizeOf(g.shape.slice(2));
    const rows = allocateTemporary(bytesOf(g) * planes);
    if (!shareRows(wasm, g, "sum", planes, places, [y, rows], { number: 1 })) sum(planes, places, 1, y, 1, rows);
    sum(1, g.shape[0], g.shape[1], rows, 1, resultAddressOf(db));
  }
  finishKernel();
  return [dx, dw, db];
};

for (const rank of [1, 2]) {
  registerFastKernel(`conv${rank}d`, forward);
  registerFastKernel(`convTranspose${rank}d`, transposedForward);
  registerFastKernel(`conv${rank}dWeight`, weightForward);
  registerFastRule(`conv${rank}d`, rule);
}
