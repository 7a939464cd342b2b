/** Losses of classes, margins and similarities. */

import {
  type CrossEntropyOptions,
  crossEntropy,
  type NLLLossOptions,
  nllLoss,
} from "../../ops/functional/cross-entropy.ts";
import { type CTCLossOptions, ctcLoss } from "../../ops/functional/ctc-loss.ts";
import {
  hingeEmbeddingLoss,
  type MarginOptions,
  type MultilabelSoftMarginOptions,
  type MultiMarginOptions,
  marginRankingLoss,
  multilabelMarginLoss,
  multilabelSoftMarginLoss,
  multiMarginLoss,
  type ReductionOptions,
  softMarginLoss,
} from "../../ops/functional/margin-loss.ts";
import {
  cosineEmbeddingLoss,
  type TripletDistanceOptions,
  type TripletMarginOptions,
  tripletMarginLoss,
  tripletMarginWithDistanceLoss,
} from "../../ops/functional/similarity-loss.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Loss, WeightedLoss } from "./loss-base.ts";

/** Lengths of the rows of a batch. */
type Lengths = Tensor | readonly number[] | number;

/**
 * Negative log likelihood of the target classes [N, …], for log probabilities [N, C, …].
 * @throws Forward throws ShapeError when the shapes do not fit, and IndexError for a class out of range.
 * @example new nn.NLLLoss().forward(tensor([[-1, -2]]), tensor([1], { dtype: "int32" })).item(); // 2
 */
export class NLLLoss extends WeightedLoss<NLLLossOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return nllLoss(input, target, { ...this.options, weight: this.weight });
  }
}

/**
 * Cross entropy of logits [N, C, …] and target classes [N, …], or target probabilities [N, C, …].
 * @throws Forward throws ShapeError when the shapes do not fit, and IndexError for a class out of range.
 * @example new nn.CrossEntropyLoss().forward(tensor([[1000, 0]]), tensor([0], { dtype: "int32" })).item(); // 0
 */
export class CrossEntropyLoss extends WeightedLoss<CrossEntropyOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return crossEntropy(input, target, { ...this.options, weight: this.weight });
  }
}

/**
 * Connectionist temporal classification loss of log probabilities [T, N, C] and targets [N, S], with the lengths of each. Source: Graves et al., 2006.
 * @throws Forward throws ShapeError for wrong shapes, and ArgumentError for lengths and classes out of range.
 * @example new nn.CTCLoss().forward(tensor([[-1, -1]]), tensor([1], { dtype: "int32" }), 1, 1).item(); // 1
 */
export class CTCLoss extends Loss<CTCLossOptions> {
  override forward(logProbs: Tensor, targets: Tensor, inputLengths: Lengths, targetLengths: Lengths): Tensor {
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, this.options);
  }
}

/**
 * Mean over the classes of max(0, margin - x_z + x_i)ᵖ, for scores [N, C] and target classes [N].
 * @throws Forward throws ShapeError when the shapes do not fit, and IndexError for a class out of range.
 * @example new nn.MultiMarginLoss().forward(tensor([[0, 2]]), tensor([0], { dtype: "int32" })).item(); // 1.5
 */
export class MultiMarginLoss extends WeightedLoss<MultiMarginOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return multiMarginLoss(input, target, { ...this.options, weight: this.weight });
  }
}

/**
 * Margin loss of several target classes, which a row of the target lists up to the first -1.
 * @throws Forward throws ShapeError when the shapes differ, and IndexError for a class out of range.
 * @example new nn.MultiLabelMarginLoss().forward(tensor([0, 2]), tensor([0, -1], { dtype: "int32" })).item(); // 1.5
 */
export class MultiLabelMarginLoss extends Loss<ReductionOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return multilabelMarginLoss(input, target, this.options);
  }
}

/**
 * Mean over the classes of the binary cross entropy of logits [N, C] and targets of 0 and 1.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.MultiLabelSoftMarginLoss().forward(tensor([[1000]]), tensor([[1]])).item(); // 0
 */
export class MultiLabelSoftMarginLoss extends WeightedLoss<MultilabelSoftMarginOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return multilabelSoftMarginLoss(input, target, { ...this.options, weight: this.weight });
  }
}

/**
 * ln(1 + e^(-z x)) for targets z of 1 and -1.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.SoftMarginLoss().forward(tensor([1000]), tensor([1])).item(); // 0
 */
export class SoftMarginLoss extends Loss<ReductionOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return softMarginLoss(input, target, this.options);
  }
}

/**
 * The input where the target is 1, and max(0, margin - input) where it is -1.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.HingeEmbeddingLoss().forward(tensor([3, 0.5]), tensor([1, -1])).item(); // 1.75
 */
export class HingeEmbeddingLoss extends Loss<MarginOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return hingeEmbeddingLoss(input, target, this.options);
  }
}

/**
 * max(0, -z (x₁ - x₂) + margin) for targets z of 1 and -1.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.MarginRankingLoss().forward(tensor([1]), tensor([3]), tensor([1])).item(); // 2
 */
export class MarginRankingLoss extends Loss<MarginOptions> {
  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return marginRankingLoss(input1, input2, target, this.options);
  }
}

/**
 * 1 - cos(x₁, x₂) where the target is 1, and max(0, cos(x₁, x₂) - margin) where it is -1.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.CosineEmbeddingLoss().forward(tensor([1, 0]), tensor([0, 1]), tensor(1)).item(); // 1
 */
export class CosineEmbeddingLoss extends Loss<MarginOptions> {
  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(input1, input2, target, this.options);
  }
}

/**
 * max(0, d(a, p) - d(a, n) + margin) of anchors, positive and negative examples, with distances of order p. Source: Balntas et al., 2016.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.TripletMarginLoss({ eps: 0 }).forward(tensor([[0]]), tensor([[3]]), tensor([[1]])).item(); // 3
 */
export class TripletMarginLoss extends Loss<TripletMarginOptions> {
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginLoss(anchor, positive, negative, this.options);
  }
}

/**
 * max(0, d(a, p) - d(a, n) + margin) of anchors, positive and negative examples, with the Euclidean distance, or `distanceFunction`.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.TripletMarginWithDistanceLoss({ distanceFunction: (a, b) => a.sub(b).abs().sum(-1) }).forward(tensor([[0]]), tensor([[3]]), tensor([[1]])).item(); // 3
 */
export class TripletMarginWithDistanceLoss extends Loss<TripletDistanceOptions> {
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginWithDistanceLoss(anchor, positive, negative, this.options);
  }
}
