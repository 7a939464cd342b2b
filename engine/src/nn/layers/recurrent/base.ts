/** Base class of recurrent layers: parameters by PyTorch's names, stacked layers, directions and packed sequences. */
import { dropout } from "../../../ops/functional/dropout.ts";
import { indexSelect } from "../../../ops/indexing/index-select.ts";
import { squeeze, unsqueeze } from "../../../ops/shape/expand.ts";
import { cat, stack } from "../../../ops/shape/join.ts";
import { transpose } from "../../../ops/shape/permute.ts";
import { select } from "../../../ops/shape/window.ts";
import { zeros } from "../../../tensor/create.ts";
import type { DType } from "../../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../../tensor/random.ts";
import { sameShape } from "../../../tensor/shape.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { Module } from "../../base/module.ts";
import { Parameter } from "../../base/parameter.ts";
import { uniform_ } from "../../init/index.ts";
import { PackedSequence, packedAs, padded, rowsAt } from "./packed.ts";
import { gatesOf, type Mode, run as runSteps, type Weights } from "./steps.ts";

/** Options of recurrent layers. */
export interface RecurrentOptions {
  /** Number of stacked layers, each of which reads the hidden states of the one below; 1 by default. */
  readonly numLayers?: number;
  /** Whether to add learned biases; true by default. */
  readonly bias?: boolean;
  /** Whether input and output are [N, T, …] instead of [T, N, …]; false by default. */
  readonly batchFirst?: boolean;
  /** Probability that a hidden state is set to 0 on its way to the next layer, in training mode; 0 by default. */
  readonly dropout?: number;
  /** Whether a second set of weights reads the sequence backwards; false by default. Its hidden states follow those of the first in the last dimension. */
  readonly bidirectional?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/** Throws unless sizes are positive integers. */
export function requirePositive(name: string, sizes: Readonly<Record<string, number>>): void {
  for (const [size, n] of Object.entries(sizes))
    if (!Number.isInteger(n) || n < 1)
      throw new ArgumentError(name, `${size} must be an integer of at least 1, but got ${n}`);
}

/** Initializes the parameters of a module uniformly within ±1/√hiddenSize, in the order of its fields. */
export function resetUniformly(module: Module, hiddenSize: number, generator: Generator): void {
  const bound = 1 / Math.sqrt(hiddenSize);
  for (const p of module.parameters()) uniform_(p, -bound, bound, generator);
}

/** Names of the parameters of a layer, without number and direction. */
type Kind = "weightIh" | "weightHh" | "biasIh" | "biasHh" | "weightHr";

/**
 * Base class of `RNN`, `GRU` and `LSTM`. Parameters are `weightIhL0`, `weightHhL0`, `biasIhL0` and `biasHhL0` of the first layer, `…L1` of the second, and so on, with
 * `Reverse` behind the name for the backward direction.
 */
export abstract class RecurrentBase extends Module {
  [parameter: `${Kind}L${string}`]: Parameter | null;
  readonly mode: Mode;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  readonly projSize: number;
  readonly #generator: Generator;
  readonly #dtype: DType;

  constructor(
    name: string,
    mode: Mode,
    inputSize: number,
    hiddenSize: number,
    options: RecurrentOptions,
    projSize = 0,
  ) {
    const { numLayers = 1, bias = true, batchFirst = false, dropout: p = 0, bidirectional = false } = options;
    const { dtype = "float32", generator = defaultGenerator } = options;
    requirePositive(name, { inputSize, hiddenSize, numLayers });
    if (!(p >= 0 && p <= 1)) throw new ArgumentError(name, `dropout must lie in [0, 1], but got ${p}`);
    if (!Number.isInteger(projSize) || projSize < 0 || projSize >= hiddenSize)
      throw new ArgumentError(name, `projSize must be an integer from 0 to hiddenSize - 1, but got ${projSize}`);
    super();
    this.mode = mode;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = p;
    this.bidirectional = bidirectional;
    this.projSize = projSize;
    this.#generator = generator;
    this.#dtype = dtype;
    const rows = gatesOf[mode] * hiddenSize;
    const parameter = (...shape: number[]): Parameter => new Parameter(zeros(shape, { dtype }));
    for (let k = 0; k < numLayers; k++)
      for (const end of this.#ends(k)) {
        this[`weightIhL${end}`] = parameter(rows, k === 0 ? inputSize : this.outputSize * this.directions);
        this[`weightHhL${end}`] = parameter(rows, this.outputSize);
        this[`biasIhL${end}`] = bias ? parameter(rows) : null;
        this[`biasHhL${end}`] = bias ? parameter(rows) : null;
        if (projSize > 0) this[`weightHrL${end}`] = parameter(projSize, hiddenSize);
      }
    this.resetParameters(generator);
  }

  /** Initializes all parameters again, uniformly within ±1/√hiddenSize. */
  resetParameters(generator: Generator = defaultGenerator): void {
    resetUniformly(this, this.hiddenSize, generator);
  }

  /** Number of directions. */
  get directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  /** Size of the hidden state of one direction. */
  get outputSize(): number {
    return this.projSize > 0 ? this.projSize : this.hiddenSize;
  }

  /** Ends of the names of parameters of layer `k`, by direction. */
  #ends(k: number): string[] {
    return this.bidirectional ? [`${k}`, `${k}Reverse`] : [`${k}`];
  }

  #weights(end: string): Weights {
    return {
      weightIh: this[`weightIhL${end}`] as Parameter,
      weightHh: this[`weightHhL${end}`] as Parameter,
      biasIh: this[`biasIhL${end}`],
      biasHh: this[`biasHhL${end}`],
      weightHr: this.projSize > 0 ? this[`weightHrL${end}`] : null,
    };
  }

  /** Runs all layers over an input, padded or packed, from states or zeros. Returns the output in the form of the input, and the last states. */
  protected run(
    input: Tensor | PackedSequence,
    state: readonly Tensor[] | null,
  ): readonly [output: Tensor | PackedSequence, last: Tensor[]] {
    if (input instanceof PackedSequence) return this.#runPacked(input, state);
    const { ndim } = input;
    const name = this.constructor.name;
    if ((ndim !== 2 && ndim !== 3) || input.shape[ndim - 1] !== this.inputSize)
      throw new ShapeError(
        name,
        `the input must be [T, N, ${this.inputSize}], [N, T, ${this.inputSize}] with batchFirst, or [T, ${this.inputSize}] without a batch`,
        [input.shape],
      );
    const isUnbatched = ndim === 2;
    const isSwapped = this.batchFirst && !isUnbatched;
    const x = isUnbatched ? unsqueeze(input, 1) : isSwapped ? transpose(input, 0, 1) : input;
    if (x.shape[0] === 0) throw new ShapeError(name, "the sequence must have at least one step", [input.shape]);
    const [y, last] = this.#layers(x, this.#initial(state, isUnbatched, x), null);
    const output = isUnbatched ? squeeze(y, 1) : isSwapped ? transpose(y, 0, 1) : y;
    return [output, last.map((s) => (isUnbatched ? squeeze(s, 1) : s))];
  }

  #runPacked(
    input: PackedSequence,
    state: readonly Tensor[] | null,
  ): readonly [output: PackedSequence, last: Tensor[]] {
    const lengths = input.sortedLengths;
    const { sortedIndices, unsortedIndices } = input;
    const sequences = padded(input, lengths, lengths[0], 0);
    if (sequences.ndim !== 3 || sequences.shape[2] !== this.inputSize)
      throw new ShapeError(this.constructor.name, `the elements of the input must have ${this.inputSize} features`, [
        input.data.shape,
      ]);
    const sorted = state?.map((s) => (sortedIndices === null ? s : indexSelect(s, 1, sortedIndices))) ?? null;
    const [y, last] = this.#layers(sequences, this.#initial(sorted, false, sequences), lengths);
    return [packedAs(input, y), last.map((s) => (unsortedIndices === null ? s : indexSelect(s, 1, unsortedIndices)))];
  }

  /** Returns the output [T, N, directions outputSize] and the last states [numLayers directions, N, …]. */
  #layers(
    input: Tensor,
    states: readonly Tensor[],
    lengths: readonly number[] | null,
  ): readonly [output: Tensor, last: Tensor[]] {
    let x = input;
    const last: Tensor[][] = states.map(() => []);
    for (let k = 0; k < this.numLayers; k++) {
      const outputs = this.#ends(k).map((end, d) => {
        const at = k * this.directions + d;
        const [h, c] = states.map((s) => select(s, 0, at));
        const sequence = d === 0 ? x : reversed(x, lengths);
        const after = runSteps(this.mode, sequence, c === undefined ? [h] : [h, c], this.#weights(end));
        after.forEach((s, i) => void last[i].push(lastOf(s as Tensor, lengths)));
        return d === 0 ? after[0] : reversed(after[0], lengths);
      });
      x = outputs.length === 1 ? outputs[0] : cat(outputs, -1);
      if (this.dropout > 0 && this.training && k < this.numLayers - 1)
        x = dropout(x, { p: this.dropout, training: true, generator: this.#generator });
    }
    return [x, last.map((list) => stack(list))];
  }

  /** Returns the states before the first step, [numLayers directions, N, size] each: the given ones, or zeros. */
  #initial(state: readonly Tensor[] | null, isUnbatched: boolean, x: Tensor): readonly Tensor[] {
    const name = this.constructor.name;
    if (x.dtype !== this.#weightDType)
      throw new DTypeError(name, `the input must have the dtype of the weights, ${this.#weightDType}`, [x.dtype]);
    const rows = x.shape[1];
    const layers = this.numLayers * this.directions;
    const sizes = this.mode === "lstm" ? [this.outputSize, this.hiddenSize] : [this.outputSize];
    if (state === null) return sizes.map((size) => zeros([layers, rows, size], { dtype: x.dtype }));
    if (state.length !== sizes.length)
      throw new ArgumentError(name, `the state must be [hidden, cell], but got ${String(state.length)} tensors`);
    return state.map((s, i) => {
      const shape = [layers, ...(isUnbatched ? [] : [rows]), sizes[i]];
      const what =
        sizes.length === 1
          ? "the hidden state"
          : this.projSize > 0
            ? ["the hidden state", "the cell state"][i]
            : "hidden and cell state";
      if (!sameShape(s.shape, shape)) throw new ShapeError(name, `${what} must be [${shape.join(", ")}]`, [s.shape]);
      if (s.dtype !== this.#weightDType)
        throw new DTypeError(name, `the state must have the dtype of the weights, ${this.#weightDType}`, [s.dtype]);
      return isUnbatched ? unsqueeze(s, 1) : s;
    });
  }

  get #weightDType(): DType {
    return this["weightIhL0"]?.dtype ?? this.#dtype;
  }

  override extraRepr(): string {
    const { numLayers, dropout: p, bidirectional, batchFirst, bias, projSize } = this;
    const options = [
      `numLayers=${numLayers}`,
      ...(projSize > 0 ? [`projSize=${projSize}`] : []),
      ...(bias ? [] : ["bias=false"]),
      ...(batchFirst ? ["batchFirst=true"] : []),
      ...(p > 0 ? [`dropout=${p}`] : []),
      ...(bidirectional ? ["bidirectional=true"] : []),
    ];
    return `${this.inputSize}, ${this.hiddenSize}, ${options.join(", ")}`;
  }
}

/** Returns the sequences [T, N, …] backwards, each within its length. */
function reversed(x: Tensor, lengths: readonly number[] | null): Tensor {
  if (lengths === null) return x.flip([0]);
  const [count, rows] = x.shape;
  const positions = Array.from({ length: count * rows }, (_, k) => {
    const [t, n] = [Math.floor(k / rows), k % rows];
    return t < lengths[n] ? (lengths[n] - 1 - t) * rows + n : k;
  });
  return rowsAt(x, positions).reshape(x.shape);
}

/** Returns the states after the last step of each sequence, [N, …]. */
function lastOf(states: Tensor, lengths: readonly number[] | null): Tensor {
  if (lengths === null) return select(states, 0, -1);
  return rowsAt(
    states,
    lengths.map((length, n) => (length - 1) * lengths.length + n),
  );
}
