/** Recurrent layers. */
import { checkNew } from "../../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../../tensor/errors.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { RecurrentBase, type RecurrentOptions } from "./base.ts";
import type { PackedSequence } from "./packed.ts";

/** Options of `RNN`. */
export interface RNNOptions extends RecurrentOptions {
  /** The nonlinearity: "tanh", the default, or "relu". */
  readonly nonlinearity?: "tanh" | "relu";
}

/** Base class of `RNN` and `GRU`, whose state is the hidden state alone. */
abstract class HiddenStateLayers extends RecurrentBase {
  override forward(input: PackedSequence, state?: Tensor | null): readonly [output: PackedSequence, state: Tensor];
  override forward(input: Tensor, state?: Tensor | null): readonly [output: Tensor, state: Tensor];
  override forward(
    input: Tensor | PackedSequence,
    state: Tensor | null = null,
  ): readonly [output: Tensor | PackedSequence, state: Tensor] {
    const [output, [last]] = this.run(input, state === null ? null : [state]);
    return [output, last];
  }
}

/**
 * Plain recurrent layers: map a sequence [T, N, inputSize], or [T, inputSize] without a batch, or a packed one, to the last layer's hidden states [T, N, hiddenSize], and return
 * them with the last states of all layers. In each step, h ← tanh(x Wᵢₕᵀ + bᵢₕ + h Wₕₕᵀ + bₕₕ); the initial state is 0 by default. Parameters are
 * initialized uniformly within ±1/√hiddenSize, as in PyTorch. Source: Elman, 1990.
 * @throws ArgumentError for sizes that are not positive integers. Forward throws ShapeError for an input or state of another shape, or without steps, and
 * DTypeError for a dtype other than that of the weights.
 * @example new nn.RNN(3, 5, { numLayers: 2 }).forward(zeros([7, 2, 3]))[1].shape; // [2, 2, 5]
 */
export class RNN extends HiddenStateLayers {
  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    checkNew(new.target, arguments);
    const { nonlinearity = "tanh" } = options;
    if (nonlinearity !== "tanh" && nonlinearity !== "relu")
      throw new ArgumentError("RNN", `nonlinearity must be "tanh" or "relu", but got ${String(nonlinearity)}`);
    super("RNN", nonlinearity, inputSize, hiddenSize, options);
  }
}

/**
 * Gated recurrent units: map a sequence [T, N, inputSize], or [T, inputSize] without a batch, or a packed one, to the last layer's hidden states [T, N, hiddenSize], and return
 * them with the last states of all layers. In each step, with the parts r, z and n of the weights, r = σ(x Wᵢᵣᵀ + bᵢᵣ + h Wₕᵣᵀ + bₕᵣ), z likewise,
 * n = tanh(x Wᵢₙᵀ + bᵢₙ + r (h Wₕₙᵀ + bₕₙ)), and h ← (1 - z) n + z h. Source: Cho et al., 2014; the reset inside of the product as in PyTorch and cuDNN.
 * @throws ArgumentError for sizes that are not positive integers. Forward throws ShapeError for an input or state of another shape, or without steps, and
 * DTypeError for a dtype other than that of the weights.
 * @example new nn.GRU(3, 5, { bidirectional: true }).forward(zeros([7, 2, 3]))[0].shape; // [7, 2, 10]
 */
export class GRU extends HiddenStateLayers {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    checkNew(new.target, arguments);
    super("GRU", "gru", inputSize, hiddenSize, options);
  }
}

/** Options of `LSTM`. */
export interface LSTMOptions extends RecurrentOptions {
  /** Size to which hidden states are projected; 0, none, by default. */
  readonly projSize?: number;
}

/** Hidden state and cell state, each [numLayers, N, hiddenSize], or [numLayers, hiddenSize] without a batch. Two directions make twice the layers; projections make smaller hidden states. */
export type LSTMState = readonly [hidden: Tensor, cell: Tensor];

/**
 * Long short-term memory: maps a sequence [T, N, inputSize], or [T, inputSize] without a batch, or a packed one, to the last layer's hidden states [T, N, hiddenSize], and returns
 * them with the last states of all layers. The initial states are 0 by default. In each step, with σ the sigmoid,
 * i, f, g, o = σ, σ, tanh, σ of the four parts of x Wᵢₕᵀ + bᵢₕ + h Wₕₕᵀ + bₕₕ, then c ← f c + i g and h ← o tanh(c), which `projSize` projects. Parameters are
 * initialized uniformly within ±1/√hiddenSize, as in PyTorch. All steps of a layer without projection are one node on the tape; `LSTMCell` computes single steps. Source:
 * Hochreiter and Schmidhuber, 1997.
 * @throws ArgumentError for sizes that are not positive integers. Forward throws ShapeError for an input or state of another shape, or without steps, and
 * DTypeError for a dtype other than that of the weights.
 * @example new nn.LSTM(3, 5).forward(zeros([7, 2, 3]))[0].shape; // [7, 2, 5]
 */
export class LSTM extends RecurrentBase {
  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    checkNew(new.target, arguments);
    super("LSTM", "lstm", inputSize, hiddenSize, options, options.projSize ?? 0);
  }

  override forward(
    input: PackedSequence,
    state?: LSTMState | null,
  ): readonly [output: PackedSequence, state: LSTMState];
  override forward(input: Tensor, state?: LSTMState | null): readonly [output: Tensor, state: LSTMState];
  override forward(
    input: Tensor | PackedSequence,
    state: LSTMState | null = null,
  ): readonly [output: Tensor | PackedSequence, state: LSTMState] {
    const [output, [hidden, cell]] = this.run(input, state);
    return [output, [hidden, cell]];
  }
}
