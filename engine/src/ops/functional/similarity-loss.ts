/** Losses of distances and angles between embeddings. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, square, sub } from "../elementwise/arithmetic.ts";
import { clamp } from "../elementwise/clamp.ts";
import { eq } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { sqrt } from "../elementwise/exponential.ts";
import { minimum } from "../elementwise/maximum.ts";
import { where } from "../elementwise/where.ts";
import { sum } from "../reduce/sum.ts";
import { pairwiseDistance } from "./distance.ts";
import { type Reduction, reduced } from "./loss-reduction.ts";
import type { MarginOptions } from "./margin-loss.ts";

/**
 * Returns the mean of 1 - cos φ where the target is 1 and of max(0, cos φ - margin) where it is -1, with the angle φ between vectors [N, D] or [D] and targets
 * [N] or []; or the sum, or each.
 * @throws ShapeError when the shapes do not match.
 * @example cosineEmbeddingLoss(tensor([[1, 0]]), tensor([[0, 2]]), tensor([1])).item(); // 1
 */
export const cosineEmbeddingLoss: (input1: Tensor, input2: Tensor, target: Tensor, options?: MarginOptions) => Tensor =
  defineComposite(
    {
      name: "cosineEmbeddingLoss",
      torch: "nn.functional.cosine_embedding_loss",
      aliases: ["cosine_embedding_loss"],
      access: "function",
      signature: 'input1, input2, target, margin=0, reduction="mean"',
      tex: "\\ell_i = [z_i = 1] (1 - \\cos \\varphi_i) + [z_i = -1] \\max(0, \\cos \\varphi_i - m)",
      samples: (r) => [
        {
          input1: r.uniform([4, 3], 0.5, 1),
          input2: r.uniform([4, 3], 0.5, 1),
          target: sub(mul(r.integers([4], 0, 2), 2), 1),
          margin: 0.2,
        },
        {
          input1: r.uniform([3], 0.5, 1),
          input2: r.uniform([3], 0.5, 1),
          target: sub(mul(r.integers([], 0, 2), 2), 1),
          reduction: "sum",
        },
      ],
    },
    (
      input1: Tensor,
      input2: Tensor,
      target: Tensor,
      { margin = 0, reduction = "mean" }: MarginOptions = {},
    ): Tensor => {
      const op = "cosineEmbeddingLoss";
      const [a, b] = [requireTensor(op, input1), requireTensor(op, input2)];
      if (target.ndim > 1 || a.ndim !== target.ndim + 1 || b.ndim !== target.ndim + 1)
        throw new ShapeError(op, "expected vectors [N, D] and targets [N], or [D] and a scalar", [
          a.shape,
          b.shape,
          target.shape,
        ]);
      const dot = sum(mul(a, b), -1);
      const lengths = mul(add(sum(square(a), -1), 1e-12), add(sum(square(b), -1), 1e-12));
      const cos = div(dot, sqrt(lengths));
      const alike = where(eq(target, 1), sub(1, cos), 0);
      return reduced(op, add(alike, where(eq(target, -1), clamp(sub(cos, margin), 0), 0)), reduction);
    },
  );

/** Options of `tripletMarginWithDistanceLoss`. */
export interface TripletDistanceOptions {
  /** Function of two tensors that returns their distances; `pairwiseDistance` by default. */
  readonly distanceFunction?: ((x1: Tensor, x2: Tensor) => Tensor) | null;
  /** Amount by which the negative example must be farther away than the positive one; 1 by default. */
  readonly margin?: number;
  /** Whether to use the distance of positive and negative example, where it is smaller than that of anchor and negative one. */
  readonly swap?: boolean;
  readonly reduction?: Reduction;
}

/** Returns max(0, margin + d(anchor, positive) - d(anchor, negative)), reduced. */
function tripletLoss(
  op: string,
  [anchor, positive, negative]: readonly [Tensor, Tensor, Tensor],
  distance: (x1: Tensor, x2: Tensor) => Tensor,
  { margin = 1, swap = false, reduction = "mean" }: TripletDistanceOptions,
): Tensor {
  if (!(margin > 0)) throw new ArgumentError(op, `margin must be positive, but got ${margin}`);
  if (requireTensor(op, anchor).ndim !== positive.ndim || anchor.ndim !== negative.ndim)
    throw new ShapeError(op, "anchor, positive and negative must have the same number of dimensions", [
      anchor.shape,
      positive.shape,
      negative.shape,
    ]);
  const near = distance(anchor, positive);
  const far = distance(anchor, negative);
  const used = swap ? minimum(far, distance(positive, negative)) : far;
  return reduced(op, clamp(sub(add(near, margin), used), 0), reduction);
}

/** Options of `tripletMarginLoss`. */
export interface TripletMarginOptions {
  /** Amount by which the negative example must be farther away than the positive one; 1 by default. */
  readonly margin?: number;
  /** Exponent of the norm; 2 by default. */
  readonly p?: number;
  /** Summand of the differences, which keeps them away from 0; 1e-6 by default. */
  readonly eps?: number;
  /** Whether to use the distance of positive and negative example, where it is smaller than that of anchor and negative one. */
  readonly swap?: boolean;
  readonly reduction?: Reduction;
}

/**
 * Returns the mean of max(0, margin + d(anchor, positive) - d(anchor, negative)), where d is the p-norm of the difference along the last dimension; or the sum,
 * or each.
 * @throws ArgumentError when `margin` is not positive; ShapeError when the shapes do not match.
 * @example tripletMarginLoss(tensor([[0]]), tensor([[2]]), tensor([[1]])).item(); // 2
 */
export const tripletMarginLoss: (
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options?: TripletMarginOptions,
) => Tensor = defineComposite(
  {
    name: "tripletMarginLoss",
    torch: "nn.functional.triplet_margin_loss",
    aliases: ["triplet_margin_loss"],
    access: "function",
    signature: 'anchor, positive, negative, margin=1, p=2, eps=0.000001, swap=false, reduction="mean"',
    tex: "\\ell_i = \\max(0, m + \\lVert a_i - x_i \\rVert_p - \\lVert a_i - z_i \\rVert_p)",
    samples: (r) => [
      {
        anchor: r.distinct([2, 3]),
        positive: mul(r.distinct([2, 3]), 9),
        negative: mul(r.distinct([2, 3]), 4),
        margin: 30,
      },
      {
        anchor: r.distinct([2, 3]),
        positive: mul(r.distinct([2, 3]), 9),
        negative: mul(r.distinct([2, 3]), 4),
        margin: 30,
        p: 3,
        eps: 0.01,
        swap: true,
        reduction: "sum",
      },
    ],
  },
  (
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    { p = 2, eps = 1e-6, ...options }: TripletMarginOptions = {},
  ): Tensor =>
    tripletLoss(
      "tripletMarginLoss",
      [anchor, positive, negative],
      (a, b) => pairwiseDistance(a, b, { p, eps }),
      options,
    ),
);

/**
 * Returns the mean of max(0, margin + d(anchor, positive) - d(anchor, negative)) for a distance d that is given as a function; or the sum, or each.
 * @throws ArgumentError when `margin` is not positive; ShapeError when the shapes do not match.
 * @example tripletMarginWithDistanceLoss(tensor([[0]]), tensor([[2]]), tensor([[1]])).item(); // 2
 */
export const tripletMarginWithDistanceLoss: (
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options?: TripletDistanceOptions,
) => Tensor = defineComposite(
  {
    name: "tripletMarginWithDistanceLoss",
    torch: "nn.functional.triplet_margin_with_distance_loss",
    access: "function",
    signature: 'anchor, positive, negative, distanceFunction=null, margin=1, swap=false, reduction="mean"',
    tex: "\\ell_i = \\max(0, m + d(a_i, x_i) - d(a_i, z_i))",
    samples: (r) => [
      {
        anchor: r.distinct([2, 3]),
        positive: mul(r.distinct([2, 3]), 9),
        negative: mul(r.distinct([2, 3]), 4),
        distanceFunction: (a: Tensor, b: Tensor) => sum(square(sub(a, b)), -1),
        margin: 200,
      },
      {
        anchor: r.distinct([2, 3]),
        positive: mul(r.distinct([2, 3]), 9),
        negative: mul(r.distinct([2, 3]), 4),
        margin: 30,
        swap: true,
        reduction: "sum",
      },
    ],
  },
  (
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    { distanceFunction = null, ...options }: TripletDistanceOptions = {},
  ): Tensor =>
    tripletLoss(
      "tripletMarginWithDistanceLoss",
      [anchor, positive, negative],
      distanceFunction ?? ((a, b) => pairwiseDistance(a, b)),
      options,
    ),
);
