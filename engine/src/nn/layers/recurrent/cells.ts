/** Single steps of recurrent layers, for models that compute something between the steps. */
import { checkNew } from "../../../tensor/arguments/guard.ts";
import { zeros } from "../../../tensor/create.ts";
import { DTypeError, ShapeError } from "../../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../../tensor/random.ts";
import { sameShape } from "../../../tensor/shape.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { Module } from "../../base/module.ts";
import { Parameter } from "../../base/parameter.ts";
import { type RecurrentOptions, requirePositive, resetUniformly } from "./base.ts";
import type { LSTMState, RNNOptions } from "./layers.ts";
import { gatesOf, type Mode, type States, step } from "./steps.ts";

/** Options of cells. */
export type CellOptions = Pick<RecurrentOptions, "bias" | "dtype" | "generator">;

/** Options of `LSTMCell`. */
export type LSTMCellOptions = CellOptions;

/** Options of `RNNCell`. */
export type RNNCellOptions = CellOptions & Pick<RNNOptions, "nonlinearity">;

/** Base class of cells. */
export abstract class CellBase extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  weightIh: Parameter;
  weightHh: Parameter;
  biasIh: Parameter | null;
  biasHh: Parameter | null;
  readonly #mode: Mode;

  constructor(name: string, mode: Mode, inputSize: number, hiddenSize: number, options: CellOptions) {
    const { bias = true, dtype = "float32", generator = defaultGenerator } = options;
    requirePositive(name, { inputSize, hiddenSize });
    super();
    this.#mode = mode;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    const rows = gatesOf[mode] * hiddenSize;
    const parameter = (...shape: number[]): Parameter => new Parameter(zeros(shape, { dtype }));
    this.weightIh = parameter(rows, inputSize);
    this.weightHh = parameter(rows, hiddenSize);
    this.biasIh = bias ? parameter(rows) : null;
    this.biasHh = bias ? parameter(rows) : null;
    this.resetParameters(generator);
  }

  /** Initializes all parameters again, uniformly within ±1/√hiddenSize. */
  resetParameters(generator: Generator = defaultGenerator): void {
    resetUniformly(this, this.hiddenSize, generator);
  }

  /** Returns the next states for an input [N, inputSize], or [inputSize]; states are 0 by default. */
  protected next(input: Tensor, state: readonly Tensor[] | null): States {
    const name = this.constructor.name;
    const { ndim, dtype } = input;
    if ((ndim !== 1 && ndim !== 2) || input.shape[ndim - 1] !== this.inputSize)
      throw new ShapeError(name, `the input must be [N, ${this.inputSize}] or [${this.inputSize}]`, [input.shape]);
    const shape = [...input.shape.slice(0, -1), this.hiddenSize];
    const isLstm = this.#mode === "lstm";
    const states = state ?? [zeros(shape, { dtype }), ...(isLstm ? [zeros(shape, { dtype })] : [])];
    for (const t of [input, ...states])
      if (t.dtype !== this.weightIh.dtype)
        throw new DTypeError(name, `input and state must have the dtype of the weights, ${this.weightIh.dtype}`, [
          t.dtype,
        ]);
    const what = isLstm ? "hidden and cell state" : "the hidden state";
    for (const s of states)
      if (!sameShape(s.shape, shape)) throw new ShapeError(name, `${what} must be [${shape.join(", ")}]`, [s.shape]);
    return step(this.#mode, input, states as unknown as States, this);
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}`;
  }
}

/**
 * One step of a plain recurrent layer: maps an input [N, inputSize], or [inputSize], and the state [N, hiddenSize], or [hiddenSize], by default 0, to the next state. `RNN` runs
 * all steps, with the same formula.
 * @throws ArgumentError for sizes that are not positive integers. Forward throws ShapeError for an input or state of another shape, and DTypeError for a dtype
 * other than that of the weights.
 * @example new nn.RNNCell(3, 5).forward(zeros([2, 3])).shape; // [2, 5]
 */
export class RNNCell extends CellBase {
  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    checkNew(new.target, arguments);
    super("RNNCell", options.nonlinearity ?? "tanh", inputSize, hiddenSize, options);
  }

  override forward(input: Tensor, state: Tensor | null = null): Tensor {
    return this.next(input, state === null ? null : [state])[0];
  }
}

/**
 * One step of a gated recurrent unit: maps an input [N, inputSize], or [inputSize], and the state [N, hiddenSize], or [hiddenSize], by default 0, to the next state. `GRU` runs
 * all steps, with the same formula.
 * @throws ArgumentError for sizes that are not positive integers. Forward throws ShapeError for an input or state of another shape, and DTypeError for a dtype
 * other than that of the weights.
 * @example new nn.GRUCell(3, 5).forward(zeros([2, 3])).shape; // [2, 5]
 */
export class GRUCell extends CellBase {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    checkNew(new.target, arguments);
    super("GRUCell", "gru", inputSize, hiddenSize, options);
  }

  override forward(input: Tensor, state: Tensor | null = null): Tensor {
    return this.next(input, state === null ? null : [state])[0];
  }
}

/**
 * One step of a long short-term memory: maps an input [N, inputSize], or [inputSize], and the states [N, hiddenSize], or [hiddenSize], by default 0, to the next
 * hidden and cell state. For models that compute something between the steps; `LSTM` runs all steps at once, which is faster, with the same formula.
 * @throws ArgumentError for sizes that are not positive integers. Forward throws ShapeError for an input or state of another shape, and DTypeError for a dtype
 * other than that of the weights.
 * @example new nn.LSTMCell(3, 5).forward(zeros([2, 3]))[0].shape; // [2, 5]
 */
export class LSTMCell extends CellBase {
  constructor(inputSize: number, hiddenSize: number, options: LSTMCellOptions = {}) {
    checkNew(new.target, arguments);
    super("LSTMCell", "lstm", inputSize, hiddenSize, options);
  }

  override forward(input: Tensor, state: LSTMState | null = null): LSTMState {
    const [hidden, cell] = this.next(input, state);
    return [hidden, cell as Tensor];
  }
}
