/** Convolutions over one and two dimensions by WebAssembly: a matrix product for each image and group of channels. */
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../op/fast.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Strided } from "../tensor/strided.ts";
import { type Matrix, multiply } from "./matmul.ts";
import { type Kernels, kernelsFor } from "./module.ts";
import { addressOf, isFloat32, resultOf, scratch, settle } from "./operands.ts";
import { resultLike } from "./results.ts";

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

/** What the passes over images and groups share. */
class Passes {
  readonly wasm: Kernels;
  readonly images: number;
  readonly groups: number;
  /** Channels of a group, places of a window, rows of the matrix of columns. */
  readonly ins: number;
  readonly outs: number;
  readonly places: number;
  readonly depth: number;
  readonly inputSize: number;
  readonly #window: readonly number[];
  readonly #inChannels: number;
  readonly #outChannels: number;
  /** A window of one cell that does not move apart: the image is the matrix. */
  readonly #direct: boolean;
  readonly #columns: number;

  constructor(wasm: Kernels, input: readonly number[], output: readonly number[], conv: Conv) {
    this.wasm = wasm;
    this.images = input[0];
    this.groups = conv.groups;
    this.#inChannels = input[1];
    this.#outChannels = output[1];
    this.ins = input[1] / conv.groups;
    this.outs = output[1] / conv.groups;
    this.inputSize = sizeOf(input.slice(2));
    this.places = sizeOf(output.slice(2));
    this.depth = this.ins * sizeOf(conv.kernel);
    this.#window = windowOf(input, output, conv);
    this.#direct = sizeOf(conv.kernel) === 1 && conv.stride.every((s) => s === 1) && conv.padding.every((p) => p === 0);
    this.#columns = this.#direct ? 0 : scratch(4 * this.depth * this.places);
  }

  input(x: number, image: number, group: number): number {
    return x + 4 * (image * this.#inChannels + group * this.ins) * this.inputSize;
  }
  /** [outs, places] */
  output(y: number, image: number, group: number): Matrix {
    return matrix(y + 4 * (image * this.#outChannels + group * this.outs) * this.places, this.places);
  }
  /** [outs, depth] */
  weight(w: number, group: number): Matrix {
    return matrix(w + 4 * group * this.outs * this.depth, this.depth);
  }
  /** [depth, places]: the windows of an image. */
  columns(x: number, image: number, group: number): Matrix {
    const from = this.input(x, image, group);
    if (this.#direct) return matrix(from, this.places);
    this.wasm.columns32(this.ins, ...this.#window, from, this.#columns);
    return matrix(this.#columns, this.places);
  }
  /** Adds what `fill` writes, as columns, to the image. */
  addColumns(x: number, image: number, group: number, fill: (to: Matrix) => void): void {
    const to = this.input(x, image, group);
    if (this.#direct) return fill(matrix(to, this.places));
    fill(matrix(this.#columns, this.places));
    this.wasm.image32(this.ins, ...this.#window, this.#columns, to);
  }
  each(visit: (image: number, group: number) => void): void {
    for (let image = 0; image < this.images; image++)
      for (let group = 0; group < this.groups; group++) visit(image, group);
  }
}

const matrix = (address: number, row: number): Matrix => ({ address, row, column: 1 });
const transposed = ({ address, row, column }: Matrix): Matrix => ({ address, row: column, column: row });

function kernelsOf(tensors: readonly Strided[], weight: readonly number[], output: readonly number[]): Kernels | null {
  if (!tensors.every(isFloat32)) return null;
  return kernelsFor(sizeOf(weight) * sizeOf(output.slice(2)) * output[0], worthwhile);
}

/** y = W columns(x) + b */
const forward: FastKernel = ([out], inputs, params) => {
  const [x, w, bias] = inputs as [Strided, Strided, Strided | undefined];
  const wasm = kernelsOf(inputs, w.shape, out.shape);
  if (wasm === null || sizeOf(x.shape) === 0) return false;
  const p = new Passes(wasm, x.shape, out.shape, params as Conv);
  const [ax, aw, ay] = [addressOf(x), addressOf(w), resultOf(out)];
  if (bias !== undefined) {
    const values = addressOf(bias);
    for (let image = 0; image < p.images; image++)
      wasm.fillRows32(out.shape[1], p.places, values, p.output(ay, image, 0).address);
  }
  p.each((image, group) =>
    multiply({
      m: p.outs,
      n: p.places,
      k: p.depth,
      a: p.weight(aw, group),
      b: p.columns(ax, image, group),
      c: p.output(ay, image, group),
      accumulate: bias !== undefined,
    }),
  );
  return settle();
};

/** x̄ = Σ windows of Wᵀ ȳ, into zeros. */
function intoInput(p: Passes, size: number, ax: number, aw: number, ay: number): void {
  p.wasm.fillRows32(1, size, 0, ax);
  p.each((image, group) =>
    p.addColumns(ax, image, group, (c) =>
      multiply({
        m: p.depth,
        n: p.places,
        k: p.outs,
        a: transposed(p.weight(aw, group)),
        b: p.output(ay, image, group),
        c,
      }),
    ),
  );
}

/** W̄ = Σ ȳ columns(x)ᵀ */
function intoWeight(p: Passes, aw: number, ax: number, ay: number): void {
  p.each((image, group) =>
    multiply({
      m: p.outs,
      n: p.depth,
      k: p.places,
      a: p.output(ay, image, group),
      b: transposed(p.columns(ax, image, group)),
      c: p.weight(aw, group),
      accumulate: image > 0,
    }),
  );
}

const transposedForward: FastKernel = ([out], inputs, params) => {
  const [y, w, bias] = inputs as [Strided, Strided, Strided | undefined];
  const wasm = bias === undefined ? kernelsOf(inputs, w.shape, y.shape) : null;
  if (wasm === null || sizeOf(out.shape) === 0) return false;
  const p = new Passes(wasm, out.shape, y.shape, params as Conv);
  intoInput(p, sizeOf(out.shape), resultOf(out), addressOf(w), addressOf(y));
  return settle();
};

const weightForward: FastKernel = ([out], inputs, params) => {
  const [x, y] = inputs as [Strided, Strided];
  const wasm = kernelsOf(inputs, out.shape, y.shape);
  if (wasm === null || sizeOf(x.shape) === 0) return false;
  const p = new Passes(wasm, x.shape, y.shape, params as Conv);
  intoWeight(p, resultOf(out), addressOf(x), addressOf(y));
  return settle();
};

/** All gradients, with the columns of an image worked out once. */
const rule: FastRule = (g, { inputs, needs, metas, params }) => {
  const [x, w] = inputs;
  const wasm = kernelsOf([g, x, w], w.shape, g.shape);
  if (wasm === null || sizeOf(x.shape) === 0) return null;
  const p = new Passes(wasm, x.shape, g.shape, params as Conv);
  const [dx, dw, db] = [0, 1, 2].map((i) => (needs[i] ? resultLike(metas[i]) : null));
  const ay = addressOf(g);
  if (dw !== null) intoWeight(p, resultOf(dw), addressOf(x), ay);
  if (dx !== null) intoInput(p, sizeOf(x.shape), resultOf(dx), addressOf(w), ay);
  if (db !== null) {
    const rows = scratch(4 * g.shape[0] * g.shape[1]);
    wasm.sum32(g.shape[0] * g.shape[1], p.places, 1, ay, 1, rows);
    wasm.sum32(1, g.shape[0], g.shape[1], rows, 1, resultOf(db));
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
