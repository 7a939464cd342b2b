/** Attention layers. */

import { multiHeadAttentionForward } from "../../ops/functional/multi-head-attention.ts";
import { transpose } from "../../ops/shape/permute.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { constant_, normal_, xavierUniform_ } from "../init/index.ts";
import { Linear } from "./linear.ts";

/** Options of `MultiheadAttention`. */
export interface MultiheadAttentionModuleOptions {
  /** Probability that a weight is set to 0 in training; 0 by default. */
  readonly dropout?: number;
  /** Whether the projections have biases; true by default. */
  readonly bias?: boolean;
  /** Whether a learned key and a learned value are added behind the others; false by default. */
  readonly addBiasKv?: boolean;
  /** Whether a key and a value of zeros are added behind the others; false by default. */
  readonly addZeroAttn?: boolean;
  /** Size of the keys; that of the embedding by default. */
  readonly kdim?: number | null;
  /** Size of the values; that of the embedding by default. */
  readonly vdim?: number | null;
  /** Whether inputs and output have the batch in front, [N, L, E]; false by default. */
  readonly batchFirst?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/** Options of the forward of `MultiheadAttention`. */
export interface MultiheadAttentionOptions {
  /** Keys [N, S] that are left out where it is true; floats are added to the scores. */
  readonly keyPaddingMask?: Tensor | null;
  /** Whether the weights are returned; true by default. */
  readonly needWeights?: boolean;
  /** Mask [L, S] or [N numHeads, L, S]: true where a query may not attend to a key; floats are added to the scores. */
  readonly attnMask?: Tensor | null;
  /** Whether the weights are averaged over the heads; true by default. */
  readonly averageAttnWeights?: boolean;
  /** Whether `attnMask` is the causal one; false by default. */
  readonly isCausal?: boolean;
}

/**
 * Multi-head attention of queries [L, N, embedDim] to keys [S, N, kdim] and values [S, N, vdim], all without N for one example, in `numHeads` heads: the output and the weights [N, L, S]. The weights of the
 * projections are initialized by `xavierUniform_`, the biases with 0. Source: Vaswani et al., 2017.
 * @throws ArgumentError when `embedDim` is no multiple of `numHeads`. Forward throws ShapeError for other sizes.
 * @example
 * const x = zeros([5, 2, 8]);
 * const [y, weights] = new nn.MultiheadAttention(8, 4).forward(x, x, x);
 * [y.shape, weights?.shape]; // [[5, 2, 8], [2, 5, 5]]
 */
export class MultiheadAttention extends Module {
  readonly embedDim: number;
  /** The number of features of keys and of values. */
  readonly kdim: number;
  readonly vdim: number;
  readonly numHeads: number;
  readonly dropout: number;
  readonly batchFirst: boolean;
  readonly addZeroAttn: boolean;
  readonly #generator: Generator;
  /** [3 embedDim, embedDim], or `null` where keys or values have another size */
  inProjWeight: Parameter | null;
  qProjWeight: Parameter | null;
  kProjWeight: Parameter | null;
  vProjWeight: Parameter | null;
  /** [3 embedDim] */
  inProjBias: Parameter | null;
  /** [1, 1, embedDim] */
  biasK: Parameter | null;
  biasV: Parameter | null;
  outProj: Linear;

  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionModuleOptions = {}) {
    checkNew(new.target, arguments);
    const { dropout = 0, bias = true, addBiasKv = false, addZeroAttn = false, batchFirst = false } = options;
    const { dtype = "float32", generator = defaultGenerator } = options;
    const [kdim, vdim] = [options.kdim ?? embedDim, options.vdim ?? embedDim];
    checkSizes("MultiheadAttention", [embedDim, numHeads, kdim, vdim]);
    super();
    if (embedDim === 0 || numHeads === 0 || embedDim % numHeads !== 0)
      throw new ArgumentError("MultiheadAttention", `embedDim ${embedDim} must be a multiple of numHeads ${numHeads}`);
    this.embedDim = embedDim;
    this.kdim = kdim;
    this.vdim = vdim;
    this.numHeads = numHeads;
    this.dropout = dropout;
    this.batchFirst = batchFirst;
    this.addZeroAttn = addZeroAttn;
    this.#generator = generator;
    const weight = (rows: number, columns: number): Parameter =>
      new Parameter(xavierUniform_(zeros([rows, columns], { dtype }), 1, generator));
    const isPacked = kdim === embedDim && vdim === embedDim;
    this.inProjWeight = isPacked ? weight(3 * embedDim, embedDim) : null;
    this.qProjWeight = isPacked ? null : weight(embedDim, embedDim);
    this.kProjWeight = isPacked ? null : weight(embedDim, kdim);
    this.vProjWeight = isPacked ? null : weight(embedDim, vdim);
    this.inProjBias = bias ? new Parameter(zeros([3 * embedDim], { dtype })) : null;
    // Glorot's normal distribution, with the fans of PyTorch
    const extra = (): Parameter | null =>
      addBiasKv
        ? new Parameter(normal_(zeros([1, 1, embedDim], { dtype }), 0, Math.sqrt(1 / embedDim), generator))
        : null;
    this.biasK = extra();
    this.biasV = extra();
    this.outProj = new Linear(embedDim, embedDim, { bias, dtype, generator });
    if (this.outProj.bias !== null) constant_(this.outProj.bias, 0);
  }

  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: MultiheadAttentionOptions = {},
  ): readonly [output: Tensor, weights: Tensor | null] {
    const isSwapped = this.batchFirst && query.ndim === 3;
    const [q, k, v] = isSwapped ? [query, key, value].map((x) => transpose(x, 0, 1)) : [query, key, value];
    const { qProjWeight, kProjWeight, vProjWeight, training, outProj } = this;
    const [output, weights] = multiHeadAttentionForward(
      q,
      k,
      v,
      this.embedDim,
      this.numHeads,
      this.inProjWeight,
      this.inProjBias,
      this.biasK,
      this.biasV,
      this.addZeroAttn,
      this.dropout,
      outProj.weight,
      outProj.bias,
      {
        ...options,
        training,
        useSeparateProjWeight: this.inProjWeight === null,
        qProjWeight,
        kProjWeight,
        vProjWeight,
        generator: this.#generator,
      },
    );
    return [isSwapped ? transpose(output, 0, 1) : output, weights];
  }

  override extraRepr(): string {
    return `embedDim=${this.embedDim}, numHeads=${this.numHeads}`;
  }
}
