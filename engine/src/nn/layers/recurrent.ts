/** Layers for sequences: a table of vectors, and a long short-term memory. */
import { embedding } from "../../ops/functional/embedding.ts";
import { lstmLayer } from "../../ops/functional/lstm.ts";
import { lstmGates } from "../../ops/functional/recurrent.ts";
import { linear } from "../../ops/linalg/matmul.ts";
import { stack } from "../../ops/shape/join.ts";
import { squeeze, transpose, unsqueeze } from "../../ops/shape/reshape.ts";
import { select } from "../../ops/shape/window.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, randn, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { uniform_ } from "../init.ts";

/** Options of `Embedding`. */
export interface EmbeddingModuleOptions {
  /** The row that starts at 0 and gets no gradient. */
  readonly paddingIdx?: number | null;
  /** Whether the table gets its gradient by rows, for SGD and SparseAdam. */
  readonly sparse?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/** Vectors by int32 index: [...] to [..., embeddingDim]. The table starts standard normal. */
export class Embedding extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  readonly sparse: boolean;
  /** [numEmbeddings, embeddingDim] */
  weight: Parameter;
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingModuleOptions = {}) {
    checkNew(new.target, arguments);
    const { paddingIdx = null, sparse = false, dtype = "float32", generator = defaultGenerator } = options;
    checkSizes("Embedding", [numEmbeddings, embeddingDim]);
    super();
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingIdx;
    this.sparse = sparse;
    const table = randn([numEmbeddings, embeddingDim], { dtype, generator });
    if (paddingIdx !== null) table.select(0, paddingIdx).fill_(0);
    this.weight = new Parameter(table);
  }
  override forward(input: Tensor): Tensor {
    return embedding(input, this.weight, { paddingIdx: this.paddingIdx, sparse: this.sparse });
  }
  override extraRepr(): string {
    return `${this.numEmbeddings}, ${this.embeddingDim}`;
  }
}

/** Options of `LSTM`. */
export interface LSTMOptions {
  readonly numLayers?: number;
  readonly bias?: boolean;
  /** Whether the batch is the first dimension, and time the second. */
  readonly batchFirst?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/** Hidden and cell state, each [numLayers, N, hiddenSize], or [numLayers, hiddenSize] without a batch. */
export type LSTMState = readonly [hidden: Tensor, cell: Tensor];

/** Weights of one layer, under PyTorch's names. */
interface LSTMParameters {
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter | null;
  readonly biasHh: Parameter | null;
}

/** They start uniform within ±1/√hidden. */
function lstmWeights(
  inputs: number,
  hidden: number,
  bias: boolean,
  dtype: DType,
  generator: Generator,
): LSTMParameters {
  const bound = 1 / Math.sqrt(hidden);
  const parameter = (...shape: number[]): Parameter => {
    const p = new Parameter(zeros(shape, { dtype }));
    uniform_(p, -bound, bound, generator);
    return p;
  };
  return {
    weightIh: parameter(4 * hidden, inputs),
    weightHh: parameter(4 * hidden, hidden),
    biasIh: bias ? parameter(4 * hidden) : null,
    biasHh: bias ? parameter(4 * hidden) : null,
  };
}

function checkLSTMSizes(name: string, sizes: Readonly<Record<string, number>>): void {
  for (const [what, n] of Object.entries(sizes))
    if (!Number.isInteger(n) || n < 1)
      throw new ArgumentError(name, `${what} must be an integer of at least 1, but got ${n}`);
}

/** One layer, with its weights. */
class LSTMLayer extends Module {
  weightIh: Parameter;
  weightHh: Parameter;
  biasIh: Parameter | null;
  biasHh: Parameter | null;
  constructor(weights: LSTMParameters) {
    super();
    const { weightIh, weightHh, biasIh, biasHh } = weights;
    [this.weightIh, this.weightHh, this.biasIh, this.biasHh] = [weightIh, weightHh, biasIh, biasHh];
  }
  /** Hidden states and cells of all steps. */
  override forward(input: Tensor, hidden: Tensor, cell: Tensor): readonly [hidden: Tensor, cells: Tensor] {
    const [steps, cells] = lstmLayer(input, hidden, cell, this);
    return [steps, cells];
  }
}

/**
 * Long short-term memory: [T, N, inputSize] to the last layer's hidden states [T, N, hiddenSize], and the last states of all layers. Weights start
 * uniform within ±1/√hiddenSize; gates in the order i, f, g, o, as in PyTorch. One sequence alone may come without a batch: [T, inputSize]. All steps of a layer are
 * one row on the tape; `LSTMCell` takes them one by one.
 * @throws ShapeError for an input or a state of another shape; DTypeError for one of another dtype than the weights.
 * @example new nn.LSTM(3, 5).forward(zeros([7, 2, 3]))[0].shape; // [7, 2, 5]
 */
export class LSTM extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly batchFirst: boolean;
  layers: LSTMLayer[];
  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    checkNew(new.target, arguments);
    const { numLayers = 1, bias = true, batchFirst = false, dtype = "float32", generator = defaultGenerator } = options;
    checkLSTMSizes("LSTM", { inputSize, hiddenSize, numLayers });
    super();
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.batchFirst = batchFirst;
    this.layers = Array.from(
      { length: numLayers },
      (_, i) => new LSTMLayer(lstmWeights(i === 0 ? inputSize : hiddenSize, hiddenSize, bias, dtype, generator)),
    );
  }

  override forward(input: Tensor, state: LSTMState | null = null): readonly [output: Tensor, state: LSTMState] {
    const { ndim } = input;
    if ((ndim !== 2 && ndim !== 3) || input.shape[ndim - 1] !== this.inputSize)
      throw new ShapeError(
        "LSTM",
        `the input must be [T, N, ${this.inputSize}], [N, T, ${this.inputSize}] with batchFirst, or [T, ${this.inputSize}] without a batch`,
        [input.shape],
      );
    const alone = ndim === 2;
    const turned = this.batchFirst && !alone;
    let x = alone ? unsqueeze(input, 1) : turned ? transpose(input, 0, 1) : input;
    if (x.shape[0] === 0) throw new ShapeError("LSTM", "the sequence must have at least one step", [input.shape]);
    this.#checkDType("input", x);
    const [h0, c0] = this.#statesOf(state, alone, x);
    const [hidden, cell]: [Tensor[], Tensor[]] = [[], []];
    for (const [i, layer] of this.layers.entries()) {
      const [steps, cells] = layer.forward(x, select(h0, 0, i), select(c0, 0, i));
      x = steps;
      hidden.push(select(steps, 0, -1));
      cell.push(select(cells, 0, -1));
    }
    const output = alone ? squeeze(x, 1) : turned ? transpose(x, 0, 1) : x;
    const last = [stack(hidden), stack(cell)].map((s) => (alone ? squeeze(s, 1) : s));
    return [output, [last[0], last[1]]];
  }

  /** The states before the first step, [numLayers, N, hiddenSize]: those that were given, or zeros. */
  #statesOf(state: LSTMState | null, alone: boolean, { shape: [, rows], dtype }: Tensor): LSTMState {
    const shape = [this.layers.length, ...(alone ? [] : [rows]), this.hiddenSize];
    if (state === null) {
      const start = zeros([this.layers.length, rows, this.hiddenSize], { dtype });
      return [start, start];
    }
    if (state.length !== 2)
      throw new ArgumentError("LSTM", `the state must be [hidden, cell], but got ${String(state.length)} tensors`);
    for (const s of state) {
      if (!sameShape(s.shape, shape))
        throw new ShapeError("LSTM", `hidden and cell state must be [${shape.join(", ")}]`, [s.shape]);
      this.#checkDType("state", s);
    }
    return alone ? [unsqueeze(state[0], 1), unsqueeze(state[1], 1)] : state;
  }

  #checkDType(what: string, t: Tensor): void {
    const { dtype } = this.layers[0].weightIh;
    if (t.dtype !== dtype)
      throw new DTypeError("LSTM", `the ${what} must have the dtype of the weights, ${dtype}`, [t.dtype]);
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}, numLayers=${this.layers.length}`;
  }
}

/** Options of `LSTMCell`. */
export type LSTMCellOptions = Pick<LSTMOptions, "bias" | "dtype" | "generator">;

/**
 * One step of a long short-term memory: [N, inputSize] and the states [N, hiddenSize] before it, by default 0, to those behind it; without a batch,
 * [inputSize] and [hiddenSize]. For programs that do something between the steps; `LSTM` takes all of them at once, which is faster.
 * @throws ShapeError for an input or a state of another shape; DTypeError for one of another dtype than the weights.
 * @example new nn.LSTMCell(3, 5).forward(zeros([2, 3]))[0].shape; // [2, 5]
 */
export class LSTMCell extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  weightIh: Parameter;
  weightHh: Parameter;
  biasIh: Parameter | null;
  biasHh: Parameter | null;
  constructor(inputSize: number, hiddenSize: number, options: LSTMCellOptions = {}) {
    checkNew(new.target, arguments);
    const { bias = true, dtype = "float32", generator = defaultGenerator } = options;
    checkLSTMSizes("LSTMCell", { inputSize, hiddenSize });
    super();
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    const { weightIh, weightHh, biasIh, biasHh } = lstmWeights(inputSize, hiddenSize, bias, dtype, generator);
    [this.weightIh, this.weightHh, this.biasIh, this.biasHh] = [weightIh, weightHh, biasIh, biasHh];
  }

  override forward(input: Tensor, state: LSTMState | null = null): LSTMState {
    const { ndim, dtype } = input;
    if ((ndim !== 1 && ndim !== 2) || input.shape[ndim - 1] !== this.inputSize)
      throw new ShapeError("LSTMCell", `the input must be [N, ${this.inputSize}] or [${this.inputSize}]`, [
        input.shape,
      ]);
    const shape = [...input.shape.slice(0, -1), this.hiddenSize];
    const start = state === null ? zeros(shape, { dtype }) : null;
    const [hidden, cell] = state ?? [start as Tensor, start as Tensor];
    for (const t of [input, hidden, cell])
      if (t.dtype !== this.weightIh.dtype)
        throw new DTypeError("LSTMCell", `input and state must have the dtype of the weights, ${this.weightIh.dtype}`, [
          t.dtype,
        ]);
    for (const s of [hidden, cell])
      if (!sameShape(s.shape, shape))
        throw new ShapeError("LSTMCell", `hidden and cell state must be [${shape.join(", ")}]`, [s.shape]);
    const ofInput = linear(input, this.weightIh, this.biasIh);
    return lstmGates(ofInput.add(linear(hidden, this.weightHh, this.biasHh)), cell);
  }
  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}`;
  }
}
