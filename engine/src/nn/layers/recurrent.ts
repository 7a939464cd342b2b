/** Recurrent layers. */

import { linear } from "../../ops/functional/linear.ts";
import { lstmLayer } from "../../ops/functional/lstm.ts";
import { lstmGates } from "../../ops/functional/lstm-gates.ts";
import { squeeze, unsqueeze } from "../../ops/shape/expand.ts";
import { stack } from "../../ops/shape/join.ts";
import { transpose } from "../../ops/shape/permute.ts";
import { select } from "../../ops/shape/window.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { uniform_ } from "../init.ts";

/** Options of `LSTM`. */
export interface LSTMOptions {
  /** Number of stacked layers, each of which reads the hidden states of the one below; 1 by default. */
  readonly numLayers?: number;
  /** Whether to add learned biases; true by default. */
  readonly bias?: boolean;
  /** Whether input and output are [N, T, …] instead of [T, N, …]; false by default. */
  readonly batchFirst?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/** Hidden state and cell state, each [numLayers, N, hiddenSize], or [numLayers, hiddenSize] without a batch. */
export type LSTMState = readonly [hidden: Tensor, cell: Tensor];

/** Parameters of one layer. The four gates are stacked along the first dimension. */
interface LSTMParameters {
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter | null;
  readonly biasHh: Parameter | null;
}

/** Returns the parameters of one layer, initialized uniformly within ±1/√hiddenSize. */
function lstmWeights(
  inputSize: number,
  hiddenSize: number,
  bias: boolean,
  dtype: DType,
  generator: Generator,
): LSTMParameters {
  const bound = 1 / Math.sqrt(hiddenSize);
  const parameter = (...shape: number[]): Parameter => {
    const p = new Parameter(zeros(shape, { dtype }));
    uniform_(p, -bound, bound, generator);
    return p;
  };
  return {
    weightIh: parameter(4 * hiddenSize, inputSize),
    weightHh: parameter(4 * hiddenSize, hiddenSize),
    biasIh: bias ? parameter(4 * hiddenSize) : null,
    biasHh: bias ? parameter(4 * hiddenSize) : null,
  };
}

function checkLSTMSizes(name: string, sizes: Readonly<Record<string, number>>): void {
  for (const [size, n] of Object.entries(sizes))
    if (!Number.isInteger(n) || n < 1)
      throw new ArgumentError(name, `${size} must be an integer of at least 1, but got ${n}`);
}

/** One layer of an LSTM. */
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
  /** Returns the hidden states and cell states of all steps, each [T, N, hiddenSize]. */
  override forward(input: Tensor, hidden: Tensor, cell: Tensor): readonly [hiddens: Tensor, cells: Tensor] {
    const [hiddens, cells] = lstmLayer(input, hidden, cell, this);
    return [hiddens, cells];
  }
}

/**
 * Long short-term memory: maps a sequence [T, N, inputSize], or [T, inputSize] without a batch, to the last layer's hidden states [T, N, hiddenSize], and returns
 * them with the last states of all layers. The initial states are 0 by default. In each step, with σ the sigmoid,
 * i, f, g, o = σ, σ, tanh, σ of the four parts of x Wᵢₕᵀ + bᵢₕ + h Wₕₕᵀ + bₕₕ, then c ← f c + i g and h ← o tanh(c). Parameters are
 * initialized uniformly within ±1/√hiddenSize, as in PyTorch. All steps of a layer are one node on the tape; `LSTMCell` computes single steps. Source: Hochreiter and
 * Schmidhuber, 1997.
 * @throws ArgumentError for sizes that are not positive integers. Forward throws ShapeError for an input or state of another shape, or without steps, and
 * DTypeError for a dtype other than that of the weights.
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
    const isUnbatched = ndim === 2;
    const transposed = this.batchFirst && !isUnbatched;
    let x = isUnbatched ? unsqueeze(input, 1) : transposed ? transpose(input, 0, 1) : input;
    if (x.shape[0] === 0) throw new ShapeError("LSTM", "the sequence must have at least one step", [input.shape]);
    this.#checkDType("input", x);
    const [h0, c0] = this.#initialStates(state, isUnbatched, x);
    const [hidden, cell]: [Tensor[], Tensor[]] = [[], []];
    for (const [i, layer] of this.layers.entries()) {
      const [hiddens, cells] = layer.forward(x, select(h0, 0, i), select(c0, 0, i));
      x = hiddens;
      hidden.push(select(hiddens, 0, -1));
      cell.push(select(cells, 0, -1));
    }
    const output = isUnbatched ? squeeze(x, 1) : transposed ? transpose(x, 0, 1) : x;
    const last = [stack(hidden), stack(cell)].map((s) => (isUnbatched ? squeeze(s, 1) : s));
    return [output, [last[0], last[1]]];
  }

  /** Returns the states before the first step, [numLayers, N, hiddenSize]: the given ones, or zeros. */
  #initialStates(state: LSTMState | null, isUnbatched: boolean, { shape: [, rows], dtype }: Tensor): LSTMState {
    const shape = [this.layers.length, ...(isUnbatched ? [] : [rows]), this.hiddenSize];
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
    return isUnbatched ? [unsqueeze(state[0], 1), unsqueeze(state[1], 1)] : state;
  }

  #checkDType(role: string, t: Tensor): void {
    const { dtype } = this.layers[0].weightIh;
    if (t.dtype !== dtype)
      throw new DTypeError("LSTM", `the ${role} must have the dtype of the weights, ${dtype}`, [t.dtype]);
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}, numLayers=${this.layers.length}`;
  }
}

/** Options of `LSTMCell`. */
export type LSTMCellOptions = Pick<LSTMOptions, "bias" | "dtype" | "generator">;

/**
 * One step of a long short-term memory: maps an input [N, inputSize], or [inputSize], and the states [N, hiddenSize], or [hiddenSize], by default 0, to the next
 * hidden and cell state. For models that compute something between the steps; `LSTM` runs all steps at once, which is faster, with the same formula.
 * @throws ArgumentError for sizes that are not positive integers. Forward throws ShapeError for an input or state of another shape, and DTypeError for a dtype
 * other than that of the weights.
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
    const inputPart = linear(input, this.weightIh, this.biasIh);
    return lstmGates(inputPart.add(linear(hidden, this.weightHh, this.biasHh)), cell);
  }
  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}`;
  }
}
