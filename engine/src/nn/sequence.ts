/** Layers for sequences: a table of vectors, and a long short-term memory. */

import { embedding } from "../ops/embedding.ts";
import { cat } from "../ops/join.ts";
import { lstmLayer } from "../ops/recurrent.ts";
import { transpose } from "../ops/shape.ts";
import { checkSizes, randn, zeros } from "../tensor/create.ts";
import type { DType } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../tensor/errors.ts";
import { checkNew } from "../tensor/guard.ts";
import { defaultGenerator, type Generator } from "../tensor/random.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { uniform_ } from "./init.ts";
import { Module } from "./module.ts";
import { Parameter } from "./parameter.ts";

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

/** Hidden and cell state, each [numLayers, N, hiddenSize]. */
export type LSTMState = readonly [hidden: Tensor, cell: Tensor];

/** The weights of one layer, under PyTorch's names without the number of the layer. */
class LSTMWeightsModule extends Module {
  weightIh: Parameter;
  weightHh: Parameter;
  biasIh: Parameter | null;
  biasHh: Parameter | null;
  constructor(inputs: number, hidden: number, bias: boolean, dtype: DType, generator: Generator) {
    super();
    const bound = 1 / Math.sqrt(hidden);
    const parameter = (...shape: number[]): Parameter => {
      const p = new Parameter(zeros(shape, { dtype }));
      uniform_(p, -bound, bound, generator);
      return p;
    };
    this.weightIh = parameter(4 * hidden, inputs);
    this.weightHh = parameter(4 * hidden, hidden);
    this.biasIh = bias ? parameter(4 * hidden) : null;
    this.biasHh = bias ? parameter(4 * hidden) : null;
  }
  override forward(input: Tensor, hidden: Tensor, cell: Tensor): ReturnType<typeof lstmLayer> {
    return lstmLayer(input, hidden, cell, this);
  }
}

/**
 * Long short-term memory: [T, N, inputSize] to the last layer's hidden states [T, N, hiddenSize], and the last states of all layers. Weights start
 * uniform within ±1/√hiddenSize; gates in the order i, f, g, o, as in PyTorch.
 * @throws ShapeError for an input or a state of another shape; DTypeError for one of another dtype than the weights.
 * @example new nn.LSTM(3, 5).forward(zeros([7, 2, 3]))[0].shape; // [7, 2, 5]
 */
export class LSTM extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly batchFirst: boolean;
  layers: LSTMWeightsModule[];
  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    checkNew(new.target, arguments);
    const { numLayers = 1, bias = true, batchFirst = false, dtype = "float32", generator = defaultGenerator } = options;
    checkSizes("LSTM", [inputSize, hiddenSize]);
    super();
    for (const [name, n] of Object.entries({ inputSize, hiddenSize, numLayers }))
      if (!Number.isInteger(n) || n < 1)
        throw new ArgumentError("LSTM", `${name} must be an integer of at least 1, but got ${n}`);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.batchFirst = batchFirst;
    this.layers = Array.from(
      { length: numLayers },
      (_, i) => new LSTMWeightsModule(i === 0 ? inputSize : hiddenSize, hiddenSize, bias, dtype, generator),
    );
  }

  override forward(input: Tensor, state: LSTMState | null = null): readonly [output: Tensor, state: LSTMState] {
    if (input.ndim !== 3 || input.shape[2] !== this.inputSize)
      throw new ShapeError(
        "LSTM",
        `the input must be [T, N, ${this.inputSize}], or [N, T, ${this.inputSize}] with batchFirst`,
        [input.shape],
      );
    let x = this.batchFirst ? transpose(input, 0, 1) : input;
    if (x.shape[0] === 0) throw new ShapeError("LSTM", "the sequence must have at least one step", [input.shape]);
    this.#checkDType("input", x);
    const shape = [this.layers.length, x.shape[1], this.hiddenSize];
    if (state !== null && state.length !== 2)
      throw new ArgumentError("LSTM", `the state must be [hidden, cell], but got ${String(state.length)} tensors`);
    for (const s of state ?? []) {
      if (!sameShape(s.shape, shape))
        throw new ShapeError("LSTM", `hidden and cell state must be [${shape.join(", ")}]`, [s.shape]);
      this.#checkDType("state", s);
    }
    const start = zeros(shape, { dtype: x.dtype });
    const [h0, c0] = state ?? [start, start];
    const [hidden, cell]: [Tensor[], Tensor[]] = [[], []];
    for (const [i, layer] of this.layers.entries()) {
      const result = layer.forward(x, h0.narrow(0, i, 1), c0.narrow(0, i, 1));
      x = cat(result.steps, 0);
      hidden.push(result.hidden);
      cell.push(result.cell);
    }
    return [this.batchFirst ? transpose(x, 0, 1) : x, [cat(hidden, 0), cat(cell, 0)]];
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
