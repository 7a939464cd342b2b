/** Multi-head attention, with the projections of queries, keys and values. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { to } from "../elementwise/convert.ts";
import { where } from "../elementwise/where.ts";
import { matmul } from "../linalg/matmul.ts";
import { mean } from "../reduce/sum.ts";
import { expand, squeeze, unsqueeze } from "../shape/expand.ts";
import { cat } from "../shape/join.ts";
import { transpose } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { chunk } from "../shape/split.ts";
import { scaledDotProductAttention } from "./attention.ts";
import { dropout } from "./dropout.ts";
import { linear } from "./linear.ts";
import { pad } from "./pad.ts";
import { softmax } from "./softmax.ts";

/** Options of `multiHeadAttentionForward`. */
export interface MultiHeadAttentionOptions {
  /** Whether dropout is applied. */
  readonly training?: boolean;
  /** Keys [N, S], or [S] without a batch, that are left out where it is true; floats are added to the scores. */
  readonly keyPaddingMask?: Tensor | null;
  /** Whether the weights are returned. */
  readonly needWeights?: boolean;
  /** Mask [L, S] or [N heads, L, S]: true where a query may not attend to a key; floats are added to the scores. */
  readonly attnMask?: Tensor | null;
  /** Whether the weights of the projections are given one by one. */
  readonly useSeparateProjWeight?: boolean;
  readonly qProjWeight?: Tensor | null;
  readonly kProjWeight?: Tensor | null;
  readonly vProjWeight?: Tensor | null;
  /** Keys [N heads, S, E / heads] in the place of projected ones. */
  readonly staticK?: Tensor | null;
  /** Values in the place of projected ones. */
  readonly staticV?: Tensor | null;
  /** Whether the weights are averaged over the heads. */
  readonly averageAttnWeights?: boolean;
  /** Whether `attnMask` is the causal one. */
  readonly isCausal?: boolean;
  /** Source of the random numbers of dropout; the default generator if absent. */
  readonly generator?: Generator;
}

/** Returns a mask that is added to scores: -∞ where a bool one is true. */
const additive = (mask: Tensor, like: Tensor): Tensor =>
  mask.dtype === "bool" ? where(mask, -Infinity, zeros(mask.shape, { dtype: like.dtype })) : to(mask, like.dtype);

/** Returns the projections of queries, keys and values. */
function projected(
  inputs: readonly Tensor[],
  weight: Tensor | null,
  bias: Tensor | null,
  o: MultiHeadAttentionOptions,
): Tensor[] {
  const separate = [o.qProjWeight, o.kProjWeight, o.vProjWeight];
  const weights = o.useSeparateProjWeight === true ? separate : weight === null ? [null, null, null] : chunk(weight, 3);
  const biases = bias === null ? [null, null, null] : chunk(bias, 3);
  return inputs.map((x, i) => {
    const w = weights[i];
    if (w === null || w === undefined)
      throw new ArgumentError("multiHeadAttentionForward", "a weight of the projections is missing");
    return linear(x, w, biases[i]);
  });
}

/** Returns [L, N, E] as [N heads, L, E / heads]. */
const toHeads = (x: Tensor, heads: number): Tensor =>
  transpose(reshape(x, [x.shape[0], x.shape[1] * heads, x.shape[2] / heads]), 0, 1);

/** Adds a position behind the last one to a mask, to which all queries attend. */
const widened = (mask: Tensor | null): Tensor | null => (mask === null ? null : pad(mask, [0, 1]));

/** Returns both masks, as one that is added to the scores [N heads, L, S]. */
function merged(attention: Tensor | null, padding: Tensor | null, heads: number): Tensor | null {
  if (padding === null) return attention;
  const [n, s] = padding.shape;
  const keys = reshape(expand(reshape(padding, [n, 1, 1, s]), [n, heads, 1, s]), [n * heads, 1, s]);
  return attention === null ? keys : add(attention, keys);
}

/**
 * Returns the attention of queries [L, N, E] to keys and values [S, N, E], all without N for one example, in `numHeads` parts of the embedding, and its weights [N, L, S] (or `null`): each of them is
 * projected, split into heads, attended by softmax(q kᵀ / √(E / heads)), joined and projected. `nn.MultiheadAttention` has the parameters. Source: Vaswani et al., 2017.
 * @throws ShapeError for sizes that do not fit; ArgumentError when a weight is missing, the embedding is no multiple of the heads, or `isCausal` comes without a mask.
 * @example
 * const [x, w] = [tensor([[1, 2]]), eye(2)];
 * const [y] = multiHeadAttentionForward(x, x, x, 2, 1, cat([w, w, w]), null, null, null, false, 0, w, null);
 * y.toArray(); // [[1, 2]]
 */
export const multiHeadAttentionForward: (
  query: Tensor,
  key: Tensor,
  value: Tensor,
  embedDimToCheck: number,
  numHeads: number,
  inProjWeight: Tensor | null,
  inProjBias: Tensor | null,
  biasK: Tensor | null,
  biasV: Tensor | null,
  addZeroAttn: boolean,
  dropoutP: number,
  outProjWeight: Tensor,
  outProjBias: Tensor | null,
  options?: MultiHeadAttentionOptions,
) => readonly [output: Tensor, weights: Tensor | null] = defineComposite(
  {
    name: "multiHeadAttentionForward",
    torch: "nn.functional.multi_head_attention_forward",
    access: "function",
    signature:
      "query, key, value, embedDimToCheck, numHeads, inProjWeight, inProjBias, biasK, biasV, addZeroAttn, dropoutP, outProjWeight, outProjBias, training=true, keyPaddingMask=null, needWeights=true, attnMask=null, useSeparateProjWeight=false, qProjWeight=null, kProjWeight=null, vProjWeight=null, staticK=null, staticV=null, averageAttnWeights=true, isCausal=false, generator=null",
    tex: "y = \\mathrm{softmax}(q k^\\top / \\sqrt{d})\\, v",
    samples: (r) => [
      {
        query: r.normal([2, 1, 4]),
        key: r.normal([3, 1, 4]),
        value: r.normal([3, 1, 4]),
        embedDimToCheck: 4,
        numHeads: 2,
        inProjWeight: r.normal([12, 4]),
        inProjBias: r.normal([12]),
        biasK: r.normal([1, 1, 4]),
        biasV: r.normal([1, 1, 4]),
        addZeroAttn: true,
        dropoutP: 0.5,
        outProjWeight: r.normal([4, 4]),
        outProjBias: r.normal([4]),
        training: false,
        attnMask: r.normal([2, 3]),
        keyPaddingMask: r.integers([1, 3], 0, 1).to("bool"),
        averageAttnWeights: false,
        generator: r.generator,
      },
      {
        query: r.normal([2, 2]),
        key: r.normal([2, 3]),
        value: r.normal([2, 1]),
        embedDimToCheck: 2,
        numHeads: 1,
        inProjWeight: null,
        inProjBias: null,
        biasK: null,
        biasV: null,
        addZeroAttn: false,
        dropoutP: 0,
        outProjWeight: r.normal([2, 2]),
        outProjBias: null,
        needWeights: false,
        useSeparateProjWeight: true,
        qProjWeight: r.normal([2, 2]),
        kProjWeight: r.normal([2, 3]),
        vProjWeight: r.normal([2, 1]),
        staticK: r.normal([1, 2, 2]),
        staticV: r.normal([1, 2, 2]),
        attnMask: r.integers([2, 2], 0, 1).to("bool"),
        isCausal: true,
      },
    ],
  },
  (
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embedDimToCheck: number,
    numHeads: number,
    inProjWeight: Tensor | null,
    inProjBias: Tensor | null,
    biasK: Tensor | null,
    biasV: Tensor | null,
    addZeroAttn: boolean,
    dropoutP: number,
    outProjWeight: Tensor,
    outProjBias: Tensor | null,
    options: MultiHeadAttentionOptions = {},
  ): readonly [Tensor, Tensor | null] => {
    const op = "multiHeadAttentionForward";
    const given = [query, key, value].map((t) => requireTensor(op, t));
    const isBatched = query.ndim === 3;
    if (query.ndim !== 2 && query.ndim !== 3)
      throw new ShapeError(op, "the query must have the shape [L, N, E] or [L, E]", [query.shape]);
    if (given.some((t) => t.ndim !== query.ndim))
      throw new ShapeError(
        op,
        "query, key and value must have as many dimensions",
        given.map((t) => t.shape),
      );
    const inputs = isBatched ? given : given.map((t) => unsqueeze(t, 1));
    const [length, n, embedding] = inputs[0].shape;
    if (embedding !== embedDimToCheck)
      throw new ShapeError(op, `the query must have the embedding size ${embedDimToCheck}`, [query.shape]);
    if (embedding % numHeads !== 0)
      throw new ArgumentError(op, `the embedding size ${embedding} must be a multiple of ${numHeads} heads`);
    const [, k0, v0] = inputs;
    if (!sameShape(k0.shape.slice(0, 2), v0.shape.slice(0, 2)))
      throw new ShapeError(op, "key and value must have one length and batch size", [key.shape, value.shape]);
    if ((biasK === null) !== (biasV === null)) throw new ArgumentError(op, "biasK and biasV must be given together");
    const { keyPaddingMask = null, needWeights = true, attnMask = null, isCausal = false } = options;
    if (isCausal && attnMask === null) throw new ArgumentError(op, "isCausal needs the causal mask as attnMask");
    const source = k0.shape[0];
    const shapes = [
      [length, source],
      [n * numHeads, length, source],
    ];
    if (attnMask !== null && !shapes.some((shape) => sameShape(shape, attnMask.shape)))
      throw new ShapeError(op, `attnMask must have the shape [${shapes[0].join(", ")}] or [${shapes[1].join(", ")}]`, [
        attnMask.shape,
      ]);
    const paddings = keyPaddingMask !== null && !isBatched ? unsqueeze(keyPaddingMask, 0) : keyPaddingMask;
    if (paddings !== null && !sameShape(paddings.shape, [n, source]))
      throw new ShapeError(op, `keyPaddingMask must have the shape [${n}, ${source}]`, [paddings.shape]);
    let attention = attnMask === null ? null : additive(attnMask.ndim === 2 ? unsqueeze(attnMask, 0) : attnMask, query);
    let padding = paddings === null ? null : additive(paddings, query);

    const [q, kIn, vIn] = projected(inputs, inProjWeight, inProjBias, options);
    const withBias = (x: Tensor, bias: Tensor | null): Tensor =>
      bias === null ? x : cat([x, expand(reshape(bias, [1, 1, embedding]), [1, n, embedding])], 0);
    if (biasK !== null) [attention, padding] = [widened(attention), widened(padding)];
    const heads = toHeads(q, numHeads);
    let k = options.staticK ?? toHeads(withBias(kIn, biasK), numHeads);
    let v = options.staticV ?? toHeads(withBias(vIn, biasV), numHeads);
    if (addZeroAttn) {
      const zero = zeros([n * numHeads, 1, embedding / numHeads], { dtype: k.dtype });
      [k, v] = [cat([k, zero], 1), cat([v, zero], 1)];
      [attention, padding] = [widened(attention), widened(padding)];
    }
    const mask = merged(attention, padding, numHeads);
    const p = options.training === false ? 0 : dropoutP;
    const random = options.generator === undefined ? {} : { generator: options.generator };
    const finish = (x: Tensor): Tensor => {
      const joined = reshape(transpose(x, 0, 1), [length, n, embedding]);
      const y = linear(joined, outProjWeight, outProjBias);
      return isBatched ? y : squeeze(y, 1);
    };
    if (!needWeights)
      return [finish(scaledDotProductAttention(heads, k, v, { attnMask: mask, dropoutP: p, ...random })), null];
    const scores = matmul(mul(heads, Math.sqrt(numHeads / embedding)), transpose(k, -2, -1));
    const weights = softmax(mask === null ? scores : add(scores, mask), -1);
    const used = p > 0 ? dropout(weights, { p, ...random }) : weights;
    const perHead = reshape(used, [n, numHeads, length, k.shape[1]]);
    const shown = options.averageAttnWeights === false ? perHead : mean(perHead, 1);
    return [finish(matmul(used, v)), isBatched ? shown : squeeze(shown, 0)];
  },
);
