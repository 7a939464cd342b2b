/** Scaled dot product attention. */

import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { RuleContext } from "../../dispatch/spec.ts";
import { arange, full } from "../../tensor/create.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import { broadcastShapes, requireBroadcast, type Shape, sameShape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { le } from "../elementwise/compare.ts";
import { where } from "../elementwise/where.ts";
import { matmul } from "../linalg/matmul.ts";
import { sum } from "../reduce/sum.ts";
import { expand } from "../shape/expand.ts";
import { transpose } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { dropout } from "./dropout.ts";
import { safeSoftmax } from "./softmax-internals.ts";

/** Complete parameters of the fused op. */
interface Attention {
  readonly scale: number;
  readonly causal: boolean;
}

/** Options of `scaledDotProductAttention`. */
export interface AttentionOptions {
  /** Mask that broadcasts to [..., L, S]: floats are added to the scores, bools are true where a query attends to a key. */
  readonly attnMask?: Tensor | null;
  /** Probability that a weight is set to 0; 0 by default. */
  readonly dropoutP?: number;
  /** Whether query i attends to the keys 0 … i only. */
  readonly isCausal?: boolean;
  /** Factor of the scores; 1 / √E by default. */
  readonly scale?: number | null;
  /** Source of the random numbers of dropout; the default generator if absent. */
  readonly generator?: Generator;
}

/** Returns a mask [queries, keys] of 0 where j ≤ i, else -∞. */
function causalMask(queries: number, keys: number, like: Tensor): Tensor {
  const allowed = le(
    reshape(arange(keys, { dtype: "int32" }), [1, keys]),
    reshape(arange(queries, { dtype: "int32" }), [queries, 1]),
  );
  return where(allowed, full([], 0, { dtype: like.dtype }), full([], -Infinity, { dtype: like.dtype }));
}

/** Returns the weights, softmax(scale q kᵀ + mask). */
function weightsOf(q: Tensor, k: Tensor, { scale, causal }: Attention): Tensor {
  const scores = mul(matmul(q, transpose(k, -2, -1)), scale);
  const masked = causal ? add(scores, causalMask(q.shape[q.ndim - 2], k.shape[k.ndim - 2], q)) : scores;
  return safeSoftmax(masked, -1);
}

const attentionOp: Run<Attention> = defineOp<Attention>({
  name: "attention",
  breaks: "masked",
  torch: "ops.aten._scaled_dot_product_flash_attention_for_cpu",
  access: "internal",
  signature: "query, key, value, isCausal=false, scale=null",
  label: ({ causal }) => (causal ? "causal attention" : "attention"),
  tex: {
    forward: "Y = P V,\\ P = \\mathrm{softmax}(s\\, Q K^\\top)",
    vjp: "\\bar V = P^\\top \\bar Y,\\ \\bar S = s\\, P \\odot (\\bar P - \\textstyle\\sum_j \\bar P_j P_j),\\ \\bar Q = \\bar S K,\\ \\bar K = \\bar S^\\top Q",
  },
  outputs: ([q, , v]) => ({ shape: [...q.shape.slice(0, -1), v.shape[v.shape.length - 1]], dtype: q.dtype }),
  kernel: (out, [q, k, v], { params: { scale, causal }, inputs: [mq, mk, mv] }) => {
    const [queries, e] = mq.shape.slice(-2);
    const keys = mk.shape[mk.shape.length - 2];
    const width = mv.shape[mv.shape.length - 1];
    const p = new Float64Array(keys);
    for (let b = 0; b < sizeOf(mq.shape.slice(0, -2)); b++)
      for (let i = 0; i < queries; i++) {
        const used = causal ? Math.min(i + 1, keys) : keys;
        let top = -Infinity;
        for (let j = 0; j < used; j++) {
          let score = 0;
          for (let d = 0; d < e; d++) score += q[(b * queries + i) * e + d] * k[(b * keys + j) * e + d];
          p[j] = score * scale;
          top = Math.max(top, p[j]);
        }
        // the result is 0 without keys, and where all scores are -∞
        if (top === -Infinity) continue;
        let total = 0;
        for (let j = 0; j < used; j++) {
          p[j] = Math.exp(p[j] - top);
          total += p[j];
        }
        for (let d = 0; d < width; d++) {
          let y = 0;
          for (let j = 0; j < used; j++) y += p[j] * v[(b * keys + j) * width + d];
          out[(b * queries + i) * width + d] = y / total;
        }
      }
  },
  saves: [{ inputs: [0, 1, 2] }, { inputs: [0, 1, 2] }, { inputs: [0, 1] }],
  vjp: (g, { inputs: [q, k, v], params, needs }) => {
    const p = weightsOf(q, k, params);
    const dv = needs[2] ? matmul(transpose(p, -2, -1), g) : null;
    if (!needs[0] && !needs[1]) return [null, null, dv];
    const ds = scoreTangent(matmul(g, transpose(v, -2, -1)), p, params);
    return [needs[0] ? matmul(ds, k) : null, needs[1] ? matmul(transpose(ds, -2, -1), q) : null, dv];
  },
  jvp: ([dq, dk, dv], ctx) => attentionTangent(dq, dk, dv, ctx),
  batch: (inputs, batched, params, size) =>
    attentionOp(
      inputs.map((x, i) => (batched[i] ? x : expand(x, [size, ...x.shape]))),
      params,
    ),
  samples: (r) => [
    { query: r.normal([2, 3, 4]), key: r.normal([2, 5, 4]), value: r.normal([2, 5, 2]) },
    { query: r.normal([4, 3]), key: r.normal([4, 3]), value: r.normal([4, 3]), isCausal: true, scale: 0.7 },
  ],
  call: (query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions) =>
    scaledDotProductAttention(query, key, value, options),
});

/** Returns scale P ⊙ (T - Σ T P): the cotangent of Q Kᵀ for a cotangent T of the weights P, and, but for the scale, the tangent of the weights for a tangent T of the scores. */
const scoreTangent = (t: Tensor, p: Tensor, { scale }: Attention): Tensor =>
  mul(mul(p, sub(t, sum(mul(t, p), { dim: -1, keepdim: true }))), scale);

/** Returns the tangent of the result. */
function attentionTangent(
  dq: Tensor | null,
  dk: Tensor | null,
  dv: Tensor | null,
  { inputs, params }: RuleContext<Attention>,
): Tensor {
  const [q, k, v] = inputs;
  const p = weightsOf(q, k, params);
  const scores = [dq && matmul(dq, transpose(k, -2, -1)), dk && matmul(q, transpose(dk, -2, -1))].filter(
    (t) => t !== null,
  );
  const parts = [
    scores.length === 0
      ? null
      : matmul(
          scoreTangent(
            scores.reduce((a, b) => add(a, b)),
            p,
            params,
          ),
          v,
        ),
    dv && matmul(p, dv),
  ].filter((t) => t !== null);
  return parts.reduce((a, b) => add(a, b));
}

/** Checks shapes and dtypes, and returns the broadcast batch dimensions. */
function checkShapes(q: Tensor, k: Tensor, v: Tensor): Shape {
  const op = "scaledDotProductAttention";
  if ([q, k, v].some((t) => t.ndim < 2) || q.shape.at(-1) !== k.shape.at(-1) || k.shape.at(-2) !== v.shape.at(-2))
    throw new ShapeError(op, "expected queries [..., L, E], keys [..., S, E] and values [..., S, V]", [
      q.shape,
      k.shape,
      v.shape,
    ]);
  if (!isFloating(q.dtype) || [k, v].some((t) => t.dtype !== q.dtype))
    throw new DTypeError(op, "all operands must have one float dtype", [q.dtype, k.dtype, v.dtype]);
  return broadcastShapes(op, [q.shape.slice(0, -2), k.shape.slice(0, -2), v.shape.slice(0, -2)]);
}

/**
 * Returns softmax(Q Kᵀ / √E) V for queries [..., L, E], keys [..., S, E] and values [..., S, V]: [..., L, V]. Without mask and dropout the matrix of
 * scores is never stored as a whole, forward or backward. A query whose mask excludes every key gives zeros, and so does each query where there are no
 * keys; neither has a gradient. Source: Vaswani et al., 2017.
 * @throws ArgumentError when both a mask and `isCausal` are given; ShapeError when sizes do not match, or a mask does not broadcast to [..., L, S];
 * DTypeError when the operands differ in dtype, and for integers.
 * @example scaledDotProductAttention(zeros([1, 2]), zeros([2, 2]), tensor([[1, 2], [3, 4]])).toArray(); // [[2, 3]]
 */
export const scaledDotProductAttention: (
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options?: AttentionOptions,
) => Tensor = defineComposite(
  {
    name: "scaledDotProductAttention",
    torch: "nn.functional.scaled_dot_product_attention",
    access: "function",
    signature: "query, key, value, attnMask=null, dropoutP=0, isCausal=false, scale=null, generator=null",
    dims: "query: ... queries features=e; key: ... keys features=e; value: ... keys width; attnMask: ..*",
    tex: "Y = \\mathrm{softmax}(Q K^\\top / \\sqrt{E} + M)\\, V",
    samples: (r) => [
      {
        query: r.normal([2, 3, 4]),
        key: r.normal([2, 5, 4]),
        value: r.normal([2, 5, 2]),
        dropoutP: 0,
        generator: r.generator,
      },
      { query: r.normal([4, 3]), key: r.normal([4, 3]), value: r.normal([4, 3]), isCausal: true, scale: 0.7 },
      { query: r.normal([2, 3]), key: r.normal([4, 3]), value: r.normal([4, 3]), attnMask: r.normal([2, 4]) },
    ],
  },
  (query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions = {}): Tensor => {
    const op = "scaledDotProductAttention";
    const [q, k, v] = [query, key, value].map((t) => requireTensor(op, t));
    const batch = checkShapes(q, k, v);
    const { attnMask = null, dropoutP = 0, isCausal = false, generator } = options;
    if (attnMask !== null && isCausal) throw new ArgumentError(op, "expected a mask or isCausal, not both");
    // for E = 0 the scores are 0, and 1 / √0 would make them NaN
    const scale = options.scale ?? 1 / Math.sqrt(Math.max(q.shape[q.ndim - 1], 1));
    const params: Attention = { scale, causal: isCausal };
    if (attnMask === null && dropoutP === 0) {
      const whole = (t: Tensor): Tensor => {
        const shape = [...batch, ...t.shape.slice(-2)];
        return sameShape(shape, t.shape) ? t : expand(t, shape);
      };
      return attentionOp([whole(q), whole(k), whole(v)], params);
    }
    const scores = mul(matmul(q, transpose(k, -2, -1)), params.scale);
    const masked = isCausal
      ? add(scores, causalMask(q.shape[q.ndim - 2], k.shape[k.ndim - 2], q))
      : withMask(scores, attnMask);
    const weights = safeSoftmax(masked, -1);
    const kept = dropoutP > 0 ? dropout(weights, { p: dropoutP, ...(generator ? { generator } : {}) }) : weights;
    return matmul(kept, v);
  },
);

/** Returns the scores with the mask applied. */
function withMask(scores: Tensor, mask: Tensor | null): Tensor {
  if (mask === null) return scores;
  const op = "scaledDotProductAttention";
  requireBroadcast(op, "attnMask", requireTensor(op, mask).shape, scores.shape);
  if (!["bool", "float32", scores.dtype].includes(mask.dtype))
    throw new DTypeError(op, "attnMask must be bool, float32, or have the dtype of the query", [
      mask.dtype,
      scores.dtype,
    ]);
  if (mask.dtype !== "bool") return add(scores, mask);
  return where(mask, scores, full([], -Infinity, { dtype: scores.dtype }));
}
