/** Single steps of recurrent layers, and runs of them over a sequence. */
import { linear } from "../../../ops/functional/linear.ts";
import { lstmLayer } from "../../../ops/functional/lstm.ts";
import { lstmGates } from "../../../ops/functional/lstm-gates.ts";
import { stack } from "../../../ops/shape/join.ts";
import { select } from "../../../ops/shape/window.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

/** Weights of one layer in one direction, or of a cell. The parts for the gates are stacked along the first dimension. */
export interface Weights {
  /** [gates hiddenSize, inputSize] */
  readonly weightIh: Tensor;
  /** [gates hiddenSize, hiddenSize], or [gates hiddenSize, projSize] */
  readonly weightHh: Tensor;
  readonly biasIh: Tensor | null;
  readonly biasHh: Tensor | null;
  /** [projSize, hiddenSize] of an LSTM with projections */
  readonly weightHr?: Tensor | null;
}

/** Kind of the recurrent layer; `tanh` and `relu` are the nonlinearities of plain ones. */
export type Mode = "tanh" | "relu" | "gru" | "lstm";

/** Numbers of gates by kind. */
export const gatesOf: Readonly<Record<Mode, number>> = { tanh: 1, relu: 1, gru: 3, lstm: 4 };

/** Returns the next hidden state of a plain recurrent layer: tanh or relu of x Wᵢₕᵀ + bᵢₕ + h Wₕₕᵀ + bₕₕ, of which `input` is the part of x. */
function plainStep(mode: "tanh" | "relu", input: Tensor, h: Tensor, w: Weights): Tensor {
  const sum = input.add(linear(h, w.weightHh, w.biasHh));
  return mode === "tanh" ? sum.tanh() : sum.relu();
}

/**
 * Returns the next hidden state of a gated recurrent unit: r, z = σ of the first two parts of x Wᵢₕᵀ + bᵢₕ + h Wₕₕᵀ + bₕₕ, n = tanh of the third part of x's sum plus r times
 * that of h's sum, h ← n + z (h - n). `input` is the part of x. Source: Cho et al., 2014.
 */
function gruStep(input: Tensor, h: Tensor, w: Weights): Tensor {
  const size = h.shape[h.ndim - 1];
  const hidden = linear(h, w.weightHh, w.biasHh);
  const part = (x: Tensor, from: number, length: number): Tensor => x.narrow(-1, from * size, length * size);
  const gates = part(input, 0, 2)
    .add(part(hidden, 0, 2))
    .sigmoid();
  const n = part(input, 2, 1)
    .add(part(gates, 0, 1).mul(part(hidden, 2, 1)))
    .tanh();
  return n.add(part(gates, 1, 1).mul(h.sub(n)));
}

/** Returns the next hidden and cell state of a long short-term memory, with a projection of the hidden state where there is one. */
function lstmStep(input: Tensor, h: Tensor, c: Tensor, w: Weights): readonly [hidden: Tensor, cell: Tensor] {
  const [hidden, cell] = lstmGates(input.add(linear(h, w.weightHh, w.biasHh)), c);
  return [w.weightHr == null ? hidden : linear(hidden, w.weightHr), cell];
}

/** States of a layer: the hidden state and, for an LSTM, the cell state. */
export type States = readonly [hidden: Tensor, cell?: Tensor];

/** Returns the next states of a cell for an input [N, inputSize]. */
export function step(mode: Mode, x: Tensor, [h, c]: States, w: Weights): States {
  const input = linear(x, w.weightIh, w.biasIh);
  if (mode === "lstm") return lstmStep(input, h, c as Tensor, w);
  return [mode === "gru" ? gruStep(input, h, w) : plainStep(mode, input, h, w)];
}

/** Returns the states after each step of a sequence [T, N, inputSize], each [T, N, …]. */
export function run(mode: Mode, xs: Tensor, [h0, c0]: States, w: Weights): States {
  if (mode === "lstm" && w.weightHr == null) {
    const [hiddens, cells] = lstmLayer(xs, h0, c0 as Tensor, w);
    return [hiddens, cells];
  }
  const inputs = linear(xs, w.weightIh, w.biasIh);
  const [hiddens, cells]: [Tensor[], Tensor[]] = [[], []];
  let [h, c] = [h0, c0];
  for (let t = 0; t < xs.shape[0]; t++) {
    const input = select(inputs, 0, t);
    if (mode === "lstm") [h, c] = lstmStep(input, h, c as Tensor, w);
    else h = mode === "gru" ? gruStep(input, h, w) : plainStep(mode, input, h, w);
    hiddens.push(h);
    if (c !== undefined) cells.push(c);
  }
  return c === undefined ? [stack(hiddens)] : [stack(hiddens), stack(cells)];
}
