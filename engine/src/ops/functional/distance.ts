/** Unit vectors, distances and angles of vectors. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { broadcastShapes } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { clamp } from "../elementwise/clamp.ts";
import { div } from "../elementwise/division.ts";
import { sum } from "../reduce/sum.ts";
import { expand } from "../shape/expand.ts";
import { atLeast } from "./at-least.ts";
import { normAlong } from "./norm-along.ts";

/** Options of `normalize`. */
export interface NormalizeOptions {
  /** Exponent of the norm; 2 by default. */
  readonly p?: number;
  /** Dimensions of the vectors; 1 by default. */
  readonly dim?: number | readonly number[];
  /** Lower limit of the divisor; 1e-12 by default. */
  readonly eps?: number;
}

/**
 * Returns the input divided by the p-norms of its vectors along `dim`, or by `eps` where a norm is smaller.
 * @throws DTypeError for integers and bools; IndexError for a dimension out of range.
 * @example normalize(tensor([[3, 4]], { dtype: "float64" })).toArray(); // [[0.6, 0.8]]
 */
export const normalize: (input: Tensor, options?: NormalizeOptions) => Tensor = defineComposite(
  {
    name: "normalize",
    torch: "nn.functional.normalize",
    access: "function",
    signature: "input, p=2, dim=1, eps=1e-12",
    tex: "y = x / \\max(\\lVert x \\rVert_p, \\varepsilon)",
    samples: (r) => [{ input: r.distinct([2, 3]) }, { input: r.distinct([2, 3]), p: 3, dim: 0, eps: 0.001 }],
  },
  (input: Tensor, { p = 2, dim = 1, eps = 1e-12 }: NormalizeOptions = {}): Tensor => {
    if (!isComplex(requireTensor("normalize", input).dtype)) requireFloat("normalize", input.dtype);
    return div(input, clamp(normAlong(input, p, dim, true), eps));
  },
);

/** Options of `cosineSimilarity`. */
export interface CosineSimilarityOptions {
  /** Dimension of the vectors; 1 by default. */
  readonly dim?: number;
  /** Lower limit of each norm; 1e-8 by default. */
  readonly eps?: number;
}

/**
 * Returns the cosines of the angles between vectors along `dim`, with broadcasting: Σ x z / (‖x‖ ‖z‖).
 * @throws ShapeError when the shapes do not broadcast; DTypeError for integers and bools; IndexError for a dimension out of range.
 * @example cosineSimilarity(tensor([[1, 0]]), tensor([[0, 2]])).toArray(); // [0]
 */
export const cosineSimilarity: (x1: Tensor, x2: Tensor, options?: CosineSimilarityOptions) => Tensor = defineComposite(
  {
    name: "cosineSimilarity",
    torch: "nn.functional.cosine_similarity",
    aliases: ["cosine_similarity"],
    access: "function",
    signature: "x1, x2, dim=1, eps=1e-8",
    tex: "y = x \\cdot z / (\\lVert x \\rVert \\lVert z \\rVert)",
    samples: (r) => [
      { x1: r.distinct([2, 3]), x2: r.distinct([2, 3]) },
      { x1: r.distinct([3, 2]), x2: r.distinct([3, 1]), dim: 0, eps: 0.001 },
    ],
  },
  (x1: Tensor, x2: Tensor, { dim = 1, eps = 1e-8 }: CosineSimilarityOptions = {}): Tensor => {
    const shape = broadcastShapes("cosineSimilarity", [x1.shape, x2.shape]);
    const [x, z] = [expand(x1, shape), expand(x2, shape)];
    requireFloat("cosineSimilarity", x.dtype);
    requireFloat("cosineSimilarity", z.dtype);
    const unit = (v: Tensor): Tensor => div(v, atLeast(normAlong(v, 2, dim, true), eps));
    return sum(mul(unit(x), unit(z)), dim);
  },
);

/** Options of `pairwiseDistance`. */
export interface PairwiseDistanceOptions {
  /** Exponent of the norm; 2 by default. */
  readonly p?: number;
  /** Summand of the differences, which keeps them away from 0; 1e-6 by default. */
  readonly eps?: number;
  readonly keepdim?: boolean;
}

/**
 * Returns the p-norms of x1 - x2 + eps along the last dimension, with broadcasting.
 * @throws ShapeError when the shapes do not broadcast.
 * @example pairwiseDistance(tensor([[3, 4]]), tensor([[0, 0]]), { eps: 0 }).toArray(); // [5]
 */
export const pairwiseDistance: (x1: Tensor, x2: Tensor, options?: PairwiseDistanceOptions) => Tensor = defineComposite(
  {
    name: "pairwiseDistance",
    torch: "nn.functional.pairwise_distance",
    aliases: ["pairwise_distance"],
    access: "function",
    signature: "x1, x2, p=2, eps=0.000001, keepdim=false",
    tex: "y = \\lVert x - z + \\varepsilon \\rVert_p",
    samples: (r) => [
      { x1: r.distinct([2, 3]), x2: mul(r.distinct([2, 3]), 9) },
      { x1: r.distinct([2, 3]), x2: mul(r.distinct([3]), 9), p: 3, eps: 0.01, keepdim: true },
    ],
  },
  (x1: Tensor, x2: Tensor, { p = 2, eps = 1e-6, keepdim = false }: PairwiseDistanceOptions = {}): Tensor =>
    normAlong(add(sub(x1, x2), eps), p, -1, keepdim),
);
