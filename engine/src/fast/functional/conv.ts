/** Convolutions over one and two dimensions by WebAssembly: a matrix product for each image and group of channels. */
import { blank } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { cut, threadsFor } from "../threads/sharing.ts";
import { runJob, shareRows } from "../threads/threads.ts";
import { type Kernels, kernelsFor, widthOf } from "../wasm/module.ts";
import { addressOf, alike, resultOf, scratch, settle } from "../wasm/operands.ts";

/** Convolutions of fewer multiplications cost less where the operands are. */
const worthwhile = 512;

/** The parameters of the op, as far as they matter here. */
export interface Window2d {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}
interface Conv extends Window2d {
  readonly groups: number;
}

/** Sizes, strides and so on, for one dimension with another of size 1 in front of it, as the kernels take them. */
export function windowOf(input: readonly number[], output: readonly number[], p: Window2d): number[] {
  const two = (list: readonly number[], missing: number): readonly number[] =>
    list.length === 1 ? [missing, list[0]] : list;
  return [
    ...two(input.slice(2), 1),
    ...two(p.kernel, 1),
    ...two(p.stride, 1),
    ...two(p.padding, 0),
    ...two(p.dilation, 1),
    ...two(output.slice(2), 1),
  ];
}

/** Passes in the order of the module's numbers. */
const passes = ["result", "input", "weight"] as const;
type Pass = (typeof passes)[number];

/**
 * The gradient of the weight is summed up in so many parts, or in fewer where they are larger than this many elements together. Their number does not
 * depend on that of the threads, so that the sum is always the same.
 */
const [fewestParts, mostParts] = [4, 16];
const partElements = 2 ** 20;
/** Nanoseconds for a multiplication, and for an element of the matrix of windows. */
const [perProduct, perCell] = [0.025, 0.3];

interface Places {
  readonly x: number;
  readonly w: number;
  readonly y: number;
  readonly bias?: number;
}

const bytesOf = (t: Strided): number => bytesPerElement[t.storage.dtype];

/** One pass over all images, in the dtype of a tensor: the result y, the gradient of x (zeroed before), or that of w. */
function runPass(
  wasm: Kernels,
  pass: Pass,
  input: readonly number[],
  output: readonly number[],
  conv: Conv,
  t: Strided,
  at: Places,
): void {
  const bytes = bytesOf(t);
  const { groups } = conv;
  const [images, ins, outs] = [input[0], input[1] / groups, output[1] / groups];
  const [size, places] = [sizeOf(input.slice(2)), sizeOf(output.slice(2))];
  const depth = ins * sizeOf(conv.kernel);
  // a window of one cell that is at every place: the image is the matrix
  const direct = sizeOf(conv.kernel) === 1 && conv.stride.every((s) => s === 1) && conv.padding.every((p) => p === 0);
  const weights = groups * outs * depth;
  const nanoseconds = groups * depth * places * (outs * perProduct + perCell);
  const parts = Math.min(images, Math.max(fewestParts, Math.min(mostParts, Math.floor(partElements / weights))));
  const bySize = cut(images, nanoseconds);
  const perChunk = pass === "weight" ? Math.ceil(images / parts) : bySize.size;
  const chunks = Math.ceil(images / perChunk);
  const total = images * nanoseconds;
  const threads = threadsFor(total);
  const columnBytes = direct ? 0 : Math.ceil((bytes * depth * places + 64) / 64) * 64;
  const columns = direct ? 0 : scratch(columnBytes * threads);
  const partial = pass === "weight" ? (chunks === 1 ? at.w : scratch(bytes * weights * chunks)) : 0;
  const words = [
    perChunk,
    images,
    groups,
    ins,
    outs,
    depth,
    size,
    places,
    Number(direct),
    passes.indexOf(pass),
    columns,
    columnBytes,
    at.x,
    at.w,
    at.y,
    at.bias ?? 0,
    partial,
    ...windowOf(input, output, conv),
    Number(bytes === 8),
  ];
  runJob(wasm, "conv", { threads, chunks, nanoseconds: total + passes.indexOf(pass) }, words);
  if (pass === "weight" && chunks > 1) widthOf(wasm, t).sum(1, chunks, weights, partial, 1, at.w);
}

function kernelsOf(tensors: readonly Strided[], weight: readonly number[], output: readonly number[]): Kernels | null {
  if (!alike(tensors)) return null;
  return kernelsFor(sizeOf(weight) * sizeOf(output.slice(2)) * output[0], worthwhile);
}

/** y = W columns(x) + b */
const forward: FastKernel = ([out], inputs, params) => {
  const [x, w, bias] = inputs as [Strided, Strided, Strided | undefined];
  const wasm = kernelsOf(inputs, w.shape, out.shape);
  if (wasm === null || sizeOf(x.shape) === 0) return false;
  const at = { x: addressOf(x), w: addressOf(w), y: resultOf(out), bias: bias === undefined ? 0 : addressOf(bias) };
  runPass(wasm, "result", x.shape, out.shape, params as Conv, x, at);
  return settle();
};

/** x̄ = Σ windows of Wᵀ ȳ */
const transposedForward: FastKernel = ([out], inputs, params) => {
  const [y, w, bias] = inputs as [Strided, Strided, Strided | undefined];
  const wasm = bias === undefined ? kernelsOf(inputs, w.shape, y.shape) : null;
  if (wasm === null || sizeOf(out.shape) === 0) return false;
  const x = resultOf(out);
  wasm.clear(bytesOf(y) * sizeOf(out.shape), x);
  runPass(wasm, "input", out.shape, y.shape, params as Conv, y, { x, w: addressOf(w), y: addressOf(y) });
  return settle();
};

/** W̄ = Σ ȳ columns(x)ᵀ */
const weightForward: FastKernel = ([out], inputs, params) => {
  const [x, y] = inputs as [Strided, Strided];
  const wasm = kernelsOf(inputs, out.shape, y.shape);
  if (wasm === null || sizeOf(x.shape) === 0) return false;
  const at = { x: addressOf(x), w: resultOf(out), y: addressOf(y) };
  runPass(wasm, "weight", x.shape, y.shape, params as Conv, x, at);
  return settle();
};

const rule: FastRule = (g, { inputs, needs, metas, params }) => {
  const [x, w] = inputs;
  const [{ shape }, { shape: weight }] = metas;
  const conv = params as Conv;
  // the input is saved for the gradient of the weight, the weight for that of the input
  const wasm = kernelsOf([g, ...(needs[1] ? [x] : []), ...(needs[0] ? [w] : [])], weight, g.shape);
  if (wasm === null || sizeOf(shape) === 0) return null;
  const [dx, dw, db] = [0, 1, 2].map((i) => (needs[i] ? blank(metas[i], null) : null));
  const y = addressOf(g);
  if (dw !== null) runPass(wasm, "weight", shape, g.shape, conv, g, { x: addressOf(x), w: resultOf(dw), y });
  if (dx !== null) {
    const to = resultOf(dx);
    wasm.clear(bytesOf(g) * sizeOf(shape), to);
    runPass(wasm, "input", shape, g.shape, conv, g, { x: to, w: addressOf(w), y });
  }
  if (db !== null) {
    const { sum } = widthOf(wasm, g);
    const planes = g.shape[0] * g.shape[1];
    const places = sizeOf(g.shape.slice(2));
    const rows = scratch(bytesOf(g) * planes);
    if (!shareRows(wasm, g, "sum", planes, places, [y, rows], 1)) sum(planes, places, 1, y, 1, rows);
    sum(1, g.shape[0], g.shape[1], rows, 1, resultOf(db));
  }
  settle();
  return [dx, dw, db];
};

export function registerConvolutions(): void {
  for (const rank of [1, 2]) {
    registerFastKernel(`conv${rank}d`, forward);
    registerFastKernel(`convTranspose${rank}d`, transposedForward);
    registerFastKernel(`conv${rank}dWeight`, weightForward);
    registerFastRule(`conv${rank}d`, rule);
  }
}
