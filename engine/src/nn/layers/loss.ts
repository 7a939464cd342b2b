/** Losses that compare elements. */

import { type BCEWithLogitsOptions, binaryCrossEntropyWithLogits, mseLoss } from "../../ops/functional/loss.ts";
import type { ReductionOptions } from "../../ops/functional/margin-loss.ts";
import {
  type BCEOptions,
  binaryCrossEntropy,
  type KLDivOptions,
  klDiv,
} from "../../ops/functional/probability-loss.ts";
import {
  type GaussianNLLLossOptions,
  gaussianNllLoss,
  type HuberLossOptions,
  huberLoss,
  l1Loss,
  type PoissonNLLLossOptions,
  poissonNllLoss,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from "../../ops/functional/regression-loss.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Buffer } from "../base/parameter.ts";
import { bufferOf, Loss, WeightedLoss } from "./loss-base.ts";

/**
 * Mean of |input - target|, or their sum, or each of them.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.L1Loss().forward(tensor([1, 2]), tensor([1, 4])).item(); // 1
 */
export class L1Loss extends Loss<ReductionOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, this.options);
  }
}

/**
 * Mean of (input - target)², or their sum, or each of them.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.MSELoss().forward(tensor([1, 2]), tensor([1, 4])).item(); // 2
 */
export class MSELoss extends Loss<ReductionOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.options);
  }
}

/**
 * Squared error divided by 2 beta where it is below beta, else the absolute error less beta / 2. Source: Girshick, 2015.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.SmoothL1Loss().forward(tensor([1]), tensor([4])).item(); // 2.5
 */
export class SmoothL1Loss extends Loss<SmoothL1LossOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, this.options);
  }
}

/**
 * Half the squared error where the error is at most delta, else delta times the error less delta / 2. Source: Huber, 1964.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.HuberLoss({ delta: 2 }).forward(tensor([1]), tensor([4])).item(); // 4
 */
export class HuberLoss extends Loss<Omit<HuberLossOptions, "weight">> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return huberLoss(input, target, this.options);
  }
}

/**
 * Binary cross entropy of probabilities: -(z ln x + (1 - z) ln(1 - x)), with logarithms of at least -100.
 * @throws Forward throws ShapeError when the shapes differ, and ArgumentError for probabilities outside of [0, 1].
 * @example new nn.BCELoss().forward(tensor([1]), tensor([1])).item(); // 0
 */
export class BCELoss extends WeightedLoss<BCEOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, { ...this.options, weight: this.weight });
  }
}

/**
 * Binary cross entropy of logits, which is that of their sigmoid without overflow.
 * @throws Forward throws ShapeError when the shapes differ.
 * @example new nn.BCEWithLogitsLoss().forward(tensor([1000]), tensor([1])).item(); // 0
 */
export class BCEWithLogitsLoss extends WeightedLoss<BCEWithLogitsOptions> {
  posWeight: Buffer | null = bufferOf(this.options.posWeight);
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, posWeight } = this;
    return binaryCrossEntropyWithLogits(input, target, { ...this.options, weight, posWeight });
  }
}

/**
 * Negative log likelihood of the Poisson distribution, of which the input is the logarithm of the rate, or with `logInput: false` the rate.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.PoissonNLLLoss().forward(tensor([0]), tensor([3])).item(); // 1
 */
export class PoissonNLLLoss extends Loss<PoissonNLLLossOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return poissonNllLoss(input, target, this.options);
  }
}

/**
 * Negative log likelihood of normal distributions with the input as mean and a variance of at least eps.
 * @throws Forward throws ShapeError when the shapes do not fit, and ArgumentError for a negative variance.
 * @example new nn.GaussianNLLLoss().forward(tensor([1]), tensor([3]), tensor([1])).item(); // 2
 */
export class GaussianNLLLoss extends Loss<GaussianNLLLossOptions> {
  override forward(input: Tensor, target: Tensor, variance: Tensor): Tensor {
    return gaussianNllLoss(input, target, variance, this.options);
  }
}

/**
 * Kullback-Leibler divergence of the target, probabilities or with `logTarget` their logarithms, from the input, log probabilities.
 * @throws Forward throws ShapeError when the shapes do not fit.
 * @example new nn.KLDivLoss({ reduction: "sum" }).forward(tensor([0]), tensor([1])).item(); // 0
 */
export class KLDivLoss extends Loss<KLDivOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, this.options);
  }
}
